import { isJsonList, isJsonObject, type Json } from '../value/json.js';
import { anything, bool, duration, listOf, mapOf, shape } from './check.js';
import { checkEntry, describe, report, type Check } from './finding.js';

/** JSON Schema of ports, as far as a slip of the pen is concerned: keywords that it doesn't know are left alone. */

const TYPES: readonly string[] = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];

const nested: Check = (value, trail) => {
  if (typeof value !== 'boolean') portSchema(value, trail);
};
const schemas = listOf('schemas', nested);
const schemasByName = mapOf('schemas by name', () => undefined, nested);

const expecting =
  (what: string, holds: (value: Json) => boolean): Check =>
  (value, trail) => {
    if (!holds(value)) report(trail, 'bad_schema', `expected ${what}, got ${describe(value)}`);
  };
const typeName = expecting(`a type (${TYPES.join(', ')})`, value => TYPES.includes(value as string));
const types = listOf('types', typeName);
const string = expecting('text', value => typeof value === 'string');
const number = expecting('a number', value => typeof value === 'number');
const wait = shape({ what: '`awaited`', keys: { deadline: duration(1) }, required: ['deadline'] });
const awaited: Check = (value, trail) => {
  if (isJsonObject(value)) wait(value, trail);
  else if (value !== true) report(trail, 'bad_schema', `expected true or { deadline: 1h }, got ${describe(value)}`);
};
const NUMBERS = [
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minItems', 'maxItems', 'minLength', 'maxLength'],
];

const KEYWORDS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['type', (value, trail) => (isJsonList(value) ? types : typeName)(value, trail)],
  ['properties', schemasByName],
  ['patternProperties', schemasByName],
  ['$defs', schemasByName],
  ['additionalProperties', nested],
  ['propertyNames', nested],
  ['items', nested],
  ['prefixItems', schemas],
  ['anyOf', schemas],
  ['oneOf', schemas],
  ['allOf', schemas],
  ['not', nested],
  ['required', listOf('property names', string)],
  ['enum', listOf('values', anything)],
  ['optional', bool],
  ['awaited', awaited],
  ['$ref', string],
  ['pattern', string],
  ['format', string],
  ['contentEncoding', string],
  ['contentMediaType', string],
  ...NUMBERS.map((name): [string, Check] => [name, number]),
]);

export const portSchema: Check = (value, trail) => {
  if (!isJsonObject(value)) {
    const hint = TYPES.includes(value as string) ? ` (\`{ type: ${String(value)} }\`)` : '';
    return report(trail, 'bad_schema', `expected a JSON Schema, got ${describe(value)}${hint}`);
  }
  for (const [key, entry] of Object.entries(value)) {
    const check = KEYWORDS.get(key);
    if (check !== undefined) checkEntry(key, entry, trail, check);
  }
};
