import type { FedResult } from '../engine/fed.js';
import type { FeedView } from '../engine/engine.js';
import type { ResultsPart } from '../protocol/activity.js';
import { fetchBytes } from '../step/load-values.js';
import type { BlobStore } from '../store/blob-store.js';

/** What a resume has loaded: it is not read from the store again. */
export interface Memory {
  /** Parts of results by digest; whole ones, or of each result only what the graph's leaves gave. */
  readonly parts: ReadonlyMap<string, ResultsPart>;
  readonly isWhole: boolean;
  /** Contents of values by digest. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

export const NO_MEMORY: Memory = { parts: new Map(), isWhole: false, blobs: new Map() };

export type Reading = Pick<BlobStore, 'get' | 'read'>;

/** The store, with what is in memory before it. */
export function remembered({ blobs }: Memory, store: Reading): Reading {
  if (blobs.size === 0) return store;
  return {
    // The caller's own, as of a store.
    get: async digest => blobs.get(digest)?.slice() ?? store.get(digest),
    async read(digest, range) {
      const bytes = blobs.get(digest);
      if (!bytes) return store.read(digest, range);
      const piece = bytes.slice(range?.start ?? 0, range?.end);
      const once = async function* () {
        yield piece;
      };
      return { size: bytes.length, bytes: once() };
    },
  };
}

/** Results of ended inputs, by number; `leaves`: only what the graph's leaves gave is asked for. */
export async function resultsOf(
  { head, done }: Pick<FeedView, 'head' | 'done'>,
  store: Reading,
  memory: Memory,
  leaves = false,
): Promise<readonly FedResult[]> {
  const results = [...done];
  const isKnown = memory.isWhole || leaves;
  for (let digest = head; digest !== null;) {
    const part = (isKnown ? memory.parts.get(digest) : undefined) ?? (await readPart(digest, store));
    results.push(...part.results);
    digest = part.before;
  }
  return results.sort((a, b) => a.seq - b.seq);
}

/** Throws `hydration_failed` if it is not there. */
export async function readPart(digest: string, store: Reading): Promise<ResultsPart> {
  return JSON.parse((await fetchBytes(digest, store)).toString()) as ResultsPart;
}
