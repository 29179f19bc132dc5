import { digestOf } from './digest.js';
import { foldValue } from './fold.js';
import type { Leaf, Value } from './value.js';

/**
 * What an item of a stream is told from others by: 64 hex. `values`: one per yield, in the order of the plan's contract,
 * null where absent. By content: a leaf counts by its digest, or by that of its JSON if it has none.
 */
export const itemDigest = (values: readonly (Value | null)[]): string =>
  digestOf(values.map(value => value && contentDigest(value)));

const contentDigest = (value: Value): string =>
  foldValue<string>(value, {
    leaf: ({ digest, inline = null }: Leaf) => digest ?? digestOf(inline),
    list: parts => digestOf(parts),
    flat: of => digestOf({ flat: of }),
  });
