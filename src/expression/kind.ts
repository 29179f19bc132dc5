import type { Json, JsonObject } from '../value/json.js';

/** The six kinds of values. */
export type Kind = 'null' | 'boolean' | 'number' | 'string' | 'list' | 'object';

export const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
export const isObject = (value: Json): value is JsonObject => kindOf(value) === 'object';

export function kindOf(value: Json): Kind {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'string';
  if (value === null) return 'null';
  return isList(value) ? 'list' : 'object';
}

export function withArticle(kind: Kind): string {
  if (kind === 'null') return kind;
  return kind === 'object' ? 'an object' : `a ${kind}`;
}

/** A value for a message: short, whatever its size. */
export function describe(value: Json): string {
  if (isList(value)) return value.length === 1 ? 'a list of 1 item' : `a list of ${value.length} items`;
  if (typeof value === 'string') {
    return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  }
  if (typeof value === 'number') return `the number ${value}`;
  return isObject(value) ? 'an object' : String(value);
}
