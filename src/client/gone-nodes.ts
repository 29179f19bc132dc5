import type { Known } from '../engine/known.js';
import type { BlobStore } from '../store/blob-store.js';
import { refsIn } from '../value/refs.js';

/** How many are asked for at once. */
const AT_ONCE = 16;

/** Addresses of nodes that gave something which is no longer in the store. */
export async function goneNodes(known: readonly Known[], store: Pick<BlobStore, 'has'>): Promise<readonly string[]> {
  const digests = refsIn(known.flatMap(({ outputs }) => Object.values(outputs)));
  const gone = new Set<string>();
  const rest = digests.values();
  const ask = async (): Promise<void> => {
    for (const digest of rest) if (!(await store.has(digest))) gone.add(digest);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, digests.size) }, ask));
  if (gone.size === 0) return [];
  const isGone = ({ outputs }: Known): boolean => [...refsIn(Object.values(outputs))].some(digest => gone.has(digest));
  return known.filter(isGone).map(({ at }) => at);
}
