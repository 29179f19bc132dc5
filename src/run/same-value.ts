import { canonicalJson } from '../value/canonical.js';
import { digestOf } from '../value/digest.js';
import { foldValue, type FoldMemo } from '../value/fold.js';
import { inlineOf } from '../value/leaf.js';
import type { Leaf, Value } from '../value/value.js';

/** Whether two values have the same content. A list in parts and the same list as one leaf of the store can't be told to. */
export function isSameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (!a || !b) return false;
  if (keyOf(a) === keyOf(b)) return true;
  const [left, right] = [inlineOf(a), inlineOf(b)];
  return left !== undefined && right !== undefined && canonicalJson(left) === canonicalJson(right);
}

const keys: FoldMemo<string> = new WeakMap<Value, { readonly result: string }>();

/** Text that tells a value from others; what was made of parts is another than the same in one. */
export function keyOf(value: Value): string {
  const fold = {
    leaf: ({ digest, inline, media = '' }: Leaf) => `${digest ?? digestOf(inline ?? null)} ${media}`,
    list: (parts: readonly string[]) => digestOf(['list', ...parts]),
    flat: (of: string) => digestOf(['flat', of]),
  };
  return foldValue(value, fold, keys);
}
