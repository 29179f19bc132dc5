import type { MergeCall, SupplyResult } from '../../src/protocol/activity.js';
import { portOf } from '../../src/run/port-of.js';
import type { Registry } from '../../src/step/registry.js';
import { runMerge } from '../../src/step/run-merge.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import type { MergeCache } from '../../src/store/merge-cache.js';
import { attemptOf } from './supply.js';

/** The activity behind the engine's `merge`: an operate makes the value of a port, once per port and generation [I4]. */
export function createMergeActivity(
  registry: Registry,
  store: BlobStore,
  cache: MergeCache | undefined,
): (call: MergeCall) => Promise<SupplyResult> {
  return ({ at, run, operate, inner, data, schema }) => {
    const call = { address: portOf(at), operate, inner, data, schema, idempotencyKey: `${run}/${at}` };
    return attemptOf(signal => runMerge(registry, call, { store, signal, ...(cache && { cache }) }));
  };
}
