import type { Json } from '../value/json.js';
import { isList, isObject } from './kind.js';

/** Characters of a string (code points, as in JSON Schema), items of a list, own keys of an object; else undefined. */
export function lengthOf(value: Json): number | undefined {
  if (isList(value)) return value.length;
  if (isObject(value)) return Object.keys(value).length;
  if (typeof value !== 'string') return undefined;
  let length = 0;
  for (const _ of value) length += 1;
  return length;
}
