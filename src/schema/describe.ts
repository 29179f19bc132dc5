import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import { isBytes, isText } from './content.js';
import { isAny, isNever, resolveRef, typesOf, type JsonSchema, type SchemaObject } from './json-schema.js';

const MAX_LENGTH = 80;
const MAX_DEPTH = 3;

/**
 * A schema in a few words for messages, at most 80 characters: `string`, `integer ≥ 0`, `array of string`, `object {a, b?}`,
 * `one of "fast", "best"`. `root` is where `$ref`s lead to, if it is not the schema itself.
 */
export function describeSchema(schema: JsonSchema, root: JsonSchema = schema): string {
  const text = describe(schema, root, 0);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}

/** `"fast", "best"`: the values as JSON, the first some if they are many. */
export function listValues(values: readonly Json[]): string {
  const shown = values.length > 12 ? values.slice(0, 10) : values;
  const text = shown.map(value => quote(value, 30)).join(', ');
  return shown.length < values.length ? `${text}, … (${values.length} in all)` : text;
}

/** `a or b`, each once. */
export const either = (words: readonly string[]): string => [...new Set(words)].join(' or ');

function describe(schema: JsonSchema, root: JsonSchema, depth: number): string {
  if (isNever(schema)) return 'nothing';
  if (typeof schema === 'boolean' || isAny(schema)) return 'anything';
  if (schema.const !== undefined) return quote(schema.const, 30);
  if (schema.enum !== undefined) return `one of ${listValues(schema.enum)}`;
  if (depth > MAX_DEPTH) return '…';
  if (schema.$ref !== undefined) return describeRef(schema.$ref, root, depth);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return either(branches.slice(0, 8).map(branch => describe(branch, root, depth + 1)));
  const types = typesOf(schema);
  if (types !== undefined) return either(types.map(type => describeType(type, schema, root, depth)));
  const part = schema.allOf?.find(member => !isAny(member));
  return part === undefined ? describeUntyped(schema, root, depth) : describe(part, root, depth + 1);
}

/** `Node` of `#/$defs/Node`; what it points to where zod made up the name. */
function describeRef(ref: string, root: JsonSchema, depth: number): string {
  const name = ref.split('/').at(-1) ?? '';
  if (ref.startsWith('#/') && !name.startsWith('__')) return name;
  return describe(resolveRef(root, ref) ?? true, root, depth + 1);
}

function describeType(type: string, schema: SchemaObject, root: JsonSchema, depth: number): string {
  switch (type) {
    case 'object':
      return describeObject(schema, root, depth);
    case 'array':
      return describeArray(schema, root, depth);
    case 'string':
      return schema.format === undefined ? describeString(schema) : `string (${schema.format})`;
    case 'integer':
    case 'number':
      return describeNumber(type, schema);
    default:
      return type;
  }
}

function describeUntyped(schema: SchemaObject, root: JsonSchema, depth: number): string {
  if (schema.properties !== undefined || schema.required !== undefined) return describeObject(schema, root, depth);
  if (schema.items !== undefined || schema.prefixItems !== undefined) return describeArray(schema, root, depth);
  return 'something else';
}

function describeObject(schema: SchemaObject, root: JsonSchema, depth: number): string {
  const { properties = {}, required = [], additionalProperties } = schema;
  const keys = [...new Set([...Object.keys(properties), ...required])];
  if (keys.length > 0) return `object {${keys.map(key => (required.includes(key) ? key : `${key}?`)).join(', ')}}`;
  if (additionalProperties === undefined || isAny(additionalProperties)) return 'object';
  return isNever(additionalProperties) ? 'object {}' : `object of ${describe(additionalProperties, root, depth + 1)}`;
}

function describeArray(schema: SchemaObject, root: JsonSchema, depth: number): string {
  const { prefixItems, items } = schema;
  if (prefixItems !== undefined)
    return `array [${prefixItems.map(item => describe(item, root, depth + 1)).join(', ')}]`;
  if (items === undefined || isAny(items)) return 'array';
  const item = describe(items, root, depth + 1);
  return item.includes(' or ') ? `array of (${item})` : `array of ${item}`;
}

function describeString(schema: SchemaObject): string {
  const { minLength, maxLength, pattern, contentMediaType } = schema;
  if (isBytes(schema)) return `bytes (${contentMediaType}, as base64)`;
  if (isText(schema)) return `text (${contentMediaType})`;
  if (pattern !== undefined) return `string matching /${pattern}/`;
  const bounds = [minLength === undefined ? '' : `≥ ${minLength}`, maxLength === undefined ? '' : `≤ ${maxLength}`];
  const text = bounds.filter(bound => bound !== '').join(', ');
  return text === '' ? 'string' : `string (${text} characters)`;
}

function describeNumber(type: string, schema: SchemaObject): string {
  const bounds: readonly (readonly [string, number | undefined])[] = [
    ['≥', schema.minimum],
    ['>', schema.exclusiveMinimum],
    ['≤', schema.maximum],
    ['<', schema.exclusiveMaximum],
  ];
  // The limits of exact integers say nothing: zod puts them on every z.int().
  const telling = bounds.filter(([, bound]) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER);
  return [type, telling.map(([sign, bound]) => `${sign} ${bound}`).join(', ')].join(' ').trim();
}
