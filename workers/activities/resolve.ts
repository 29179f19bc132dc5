import type { ResolveCall, SupplyResult } from '../../src/protocol/activity.js';
import { portOf } from '../../src/run/port-of.js';
import type { Registry } from '../../src/step/registry.js';
import { runResolver } from '../../src/step/run-resolver.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import { attemptOf } from './supply.js';

/** The activity behind the engine's `resolve`: calls the named function, once recorded never again [I5]. */
export function createResolveActivity(
  registry: Registry,
  store: BlobStore,
): (call: ResolveCall) => Promise<SupplyResult> {
  return ({ at, run, name, args, schema }) => {
    const call = { address: portOf(at), name, args, schema, idempotencyKey: `${run}/${at}` };
    return attemptOf(signal => runResolver(registry, call, { store, signal }));
  };
}
