import type { BlobStore } from '../store/blob-store.js';
import type { Leaf, Value } from '../value/value.js';
import { loadValues } from './load-values.js';
import { makeValues } from './make-values.js';

/** The content of a value, lists and all, as one leaf in the store: what the engine's `gather` asks for. */
export async function gatherValue(value: Value, store: BlobStore): Promise<Leaf> {
  const { it = null } = await loadValues({ it: value }, store);
  const { it: leaf } = await makeValues({ it }, store);
  if (!leaf) throw new Error('a value has become nothing');
  return leaf;
}
