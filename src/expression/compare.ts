import type { Json } from '../value/json.js';
import { isList, isObject } from './kind.js';

/** Takes from the fuel; throws when it is used up. */
export type Burn = (amount: number) => void;

/** What it costs to look at `size` characters or keys. */
export const costOf = (size: number): number => Math.ceil(size / 64);

/**
 * Deep equality of JSON; the order of an object's keys means nothing. Iterative: values may be deep. Costs one unit of
 * fuel for each item and field that is compared, and more for long strings.
 */
export function isEqual(left: Json, right: Json, burn: Burn): boolean {
  burn(1);
  const pairs: (readonly [Json, Json])[] = [[left, right]];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [a, b] = pair;
    if (isList(a) && isList(b)) {
      if (a.length !== b.length) return false;
      burn(a.length);
      for (const [index, item] of a.entries()) pairs.push([item, b[index] ?? null]);
    } else if (isObject(a) && isObject(b)) {
      if (!pairFields(a, b, pairs, burn)) return false;
    } else if (!isSameScalar(a, b, burn)) return false;
  }
  return true;
}

function pairFields(
  a: Readonly<Record<string, Json>>,
  b: Readonly<Record<string, Json>>,
  pairs: (readonly [Json, Json])[],
  burn: Burn,
): boolean {
  const keys = Object.keys(a);
  burn(keys.length);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return false;
    pairs.push([a[key] ?? null, b[key] ?? null]);
  }
  return true;
}

function isSameScalar(a: Json, b: Json, burn: Burn): boolean {
  if (typeof a === 'string' && typeof b === 'string' && a.length === b.length) burn(costOf(a.length));
  return a === b;
}

/** Below 0, 0 or above 0, as strings order by code points; JavaScript's own `<` goes by UTF-16 units. */
export function compareStrings(a: string, b: string, burn: Burn): number {
  const common = Math.min(a.length, b.length);
  burn(costOf(common));
  for (let at = 0; at < common; at += 1) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

// Surrogates stand for code points above all others, but their units lie below U+E000–U+FFFF.
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** In a worst case a search compares every character with every one. */
export function containsText(text: string, part: string, burn: Burn): boolean {
  const places = text.length - part.length + 1;
  if (places <= 0) return false;
  burn(costOf(text.length) + Math.ceil((places * part.length) / 4096));
  return text.includes(part);
}
