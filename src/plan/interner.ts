import { canonicalJson } from '../value/canonical.js';
import type { Json } from '../value/json.js';

/** Numbers things in the order in which they are first asked for; equal ones get the same number. */
export interface Interner<T> {
  readonly list: readonly T[];
  numberOf(item: T): number;
}

export function createInterner<T extends object>(): Interner<T> {
  const list: T[] = [];
  const byIdentity = new Map<T, number>();
  const byText = new Map<string, number>();
  const numberByText = (item: T): number => {
    // Interfaces of plain data are JSON, but TypeScript gives them no index signature.
    const text = canonicalJson(item as unknown as Json);
    const known = byText.get(text);
    if (known !== undefined) return known;
    byText.set(text, list.length);
    return list.push(item) - 1;
  };
  return {
    list,
    numberOf(item) {
      const known = byIdentity.get(item) ?? numberByText(item);
      byIdentity.set(item, known);
      return known;
    },
  };
}
