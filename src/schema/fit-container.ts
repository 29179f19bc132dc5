import { propertySchemas } from './check-container.js';
import { createPatterns } from './check-scalar.js';
import { isValid } from './check.js';
import type { Fit, Inquiry } from './fit.js';
import { isNever, type JsonSchema, type SchemaObject } from './json-schema.js';

export function fitArray(from: SchemaObject, to: SchemaObject, { compare }: Inquiry): Fit {
  const given = lengthsOf(from);
  const wanted = lengthsOf(to);
  if (given.min > wanted.max || wanted.min > given.max) return 'no';
  // Items before `certain` exist in every value that could suit; one that can't suit there settles it.
  const certain = Math.max(given.min, wanted.min);
  const listed = Math.max(from.prefixItems?.length ?? 0, to.prefixItems?.length ?? 0);
  let suits = given.min >= wanted.min && given.max <= wanted.max;
  // The index `listed` stands for all items after the listed ones: they share one schema on either side.
  for (let index = 0; index <= listed && index < given.max; index += 1) {
    const fit = compare(itemAt(from, index), itemAt(to, index));
    if (fit === 'no' && index < certain) return 'no';
    if (fit !== 'yes') suits = false;
  }
  return suits ? 'yes' : 'unknown';
}

const itemAt = ({ prefixItems, items }: SchemaObject, index: number): JsonSchema =>
  prefixItems?.[index] ?? items ?? true;

function lengthsOf({ minItems = 0, maxItems = Infinity, prefixItems, items }: SchemaObject): {
  min: number;
  max: number;
} {
  const listed = items === false ? (prefixItems?.length ?? 0) : Infinity;
  return { min: minItems, max: Math.min(maxItems, listed) };
}

export function fitObject(from: SchemaObject, to: SchemaObject, inquiry: Inquiry): Fit {
  const { compare, fromRoot, toRoot } = inquiry;
  const given = new Set(from.required);
  const wanted = new Set(to.required);
  let suits = to.required?.every(key => given.has(key)) ?? true;
  for (const key of namedKeys(from, to)) {
    const theirs = schemaAt(from, key, fromRoot);
    if (isNever(theirs)) {
      if (wanted.has(key)) return 'no';
      continue;
    }
    const fit = compare(theirs, schemaAt(to, key, toRoot));
    if (fit === 'no' && (given.has(key) || wanted.has(key))) return 'no';
    if (fit !== 'yes') suits = false;
  }
  return suits && fitUnnamed(from, to, inquiry) ? 'yes' : 'unknown';
}

function namedKeys(from: SchemaObject, to: SchemaObject): Set<string> {
  const listed = [from, to].flatMap(schema => [...Object.keys(schema.properties ?? {}), ...(schema.required ?? [])]);
  return new Set([...listed, ...(namesOf(from) ?? [])]);
}

/** The only keys there can be, where `propertyNames` lists them. */
function namesOf({ propertyNames }: SchemaObject): readonly string[] | undefined {
  if (typeof propertyNames !== 'object') return undefined;
  const names = propertyNames.const === undefined ? propertyNames.enum : [propertyNames.const];
  return names?.filter(name => typeof name === 'string');
}

/** The schema of the value under `key`; `false` if there can be none. */
function schemaAt(schema: SchemaObject, key: string, root: JsonSchema): JsonSchema {
  if (schema.propertyNames !== undefined && !isValid(root, schema.propertyNames, key)) return false;
  const rules = propertySchemas(schema, key, createPatterns());
  if (rules.some(isNever)) return false;
  const [only = true] = rules;
  return rules.length === 1 ? only : { allOf: rules };
}

/** Whether all keys that neither side names suit: their values, and they themselves. */
function fitUnnamed(from: SchemaObject, to: SchemaObject, { compare }: Inquiry): boolean {
  const rest = from.additionalProperties ?? true;
  const patterned = Object.values(from.patternProperties ?? {});
  if (namesOf(from) !== undefined || [rest, ...patterned].every(isNever)) return true;
  if (to.patternProperties !== undefined) return false;
  const names = compare({ type: 'string', allOf: [from.propertyNames ?? true] }, to.propertyNames ?? true);
  return (
    names === 'yes' && [rest, ...patterned].every(rule => compare(rule, to.additionalProperties ?? true) === 'yes')
  );
}
