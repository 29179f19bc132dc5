import { isFlat, isList, type Value } from './value.js';

/** Digests of what values name and do not carry: it lies in the store. O(parts). */
export function refsIn(values: Iterable<Value>): ReadonlySet<string> {
  const digests = new Set<string>();
  const open = [...values];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isList(value)) for (const part of value.list) open.push(part);
    else if (isFlat(value)) open.push(value.flat);
    else if (value.inline === undefined && value.digest !== undefined) digests.add(value.digest);
  }
  return digests;
}
