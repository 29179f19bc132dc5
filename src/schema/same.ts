import { canonicalJson } from '../value/canonical.js';
import type { Json } from '../value/json.js';
import type { SchemaObject, TypeName } from './json-schema.js';

/** The type of a value as schemas name it; every number is a `number`. */
function typeOf(value: Json): Exclude<TypeName, 'integer'> {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'boolean' | 'number' | 'string' | 'object';
}

export const isOfType = (value: Json, type: TypeName): boolean =>
  type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;

/** Whether a value is among those that `const` and `enum` allow; true where a schema has neither. */
export function isAllowedValue(schema: SchemaObject, value: Json): boolean {
  if (schema.const !== undefined && !sameJson(schema.const, value)) return false;
  return schema.enum === undefined || schema.enum.some(allowed => sameJson(allowed, value));
}

function sameJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  const containers = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null;
  return containers && canonicalJson(a) === canonicalJson(b);
}
