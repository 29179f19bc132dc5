import type { KeepCall, KeepResult } from '../../src/protocol/activity.js';
import { digestOf, type BlobStore } from '../../src/store/blob-store.js';
import { insist } from './insist.js';

/** The activity behind the engine's `keep`: a part of a runner's results, under the digest that the next one names. */
export function createKeepActivity(store: BlobStore): (call: KeepCall) => Promise<KeepResult> {
  return ({ part }) =>
    insist(async () => {
      const bytes = Buffer.from(JSON.stringify(part));
      const head = digestOf(bytes);
      await store.put(head, bytes);
      return { head };
    });
}
