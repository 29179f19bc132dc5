import { CHECKPOINT, GATHER, HOOK, KEEP, LOOK_UP, MERGE, RESOLVE, SLICE } from '../../src/protocol/names.js';
import type { Keys } from '../../src/seal/keys.js';
import type { ParkedStreams } from '../../src/step/parked-streams.js';
import type { Registry } from '../../src/step/registry.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import type { MergeCache } from '../../src/store/merge-cache.js';
import type { Workflows } from '../../src/store/workflows.js';
import type { Tracing } from '../../src/tracing/tracing.js';
import { createCheckpointActivity } from './checkpoint.js';
import { createGatherActivity } from './gather.js';
import { createHookActivity } from './hook.js';
import { createKeepActivity } from './keep.js';
import { createLookUpActivity } from './look-up.js';
import { createMergeActivity } from './merge.js';
import { createResolveActivity } from './resolve.js';
import { createSliceActivity } from './slice.js';
import { createStepActivity, type StepCaching } from './step-activity.js';

/** What activities work with. */
export interface ActivityDeps {
  readonly store: BlobStore;
  readonly mergeCache: MergeCache;
  /** They open the contexts of runs. */
  readonly keys: Keys;
  /** Streams of this worker that wait for room between two activities. */
  readonly parked: ParkedStreams;
  /** Where states of runners' workflows are saved. */
  readonly workflows: () => Promise<Workflows>;
  /** Without it every step is computed. */
  readonly cached?: StepCaching;
  /** Without it nothing has a span. */
  readonly tracing?: Tracing;
}

/** What a worker can do, by activity type. `default` takes every other type: the ids of steps. */
export function createActivities(registry: Registry, deps: ActivityDeps) {
  const { store, mergeCache, workflows, cached } = deps;
  return {
    default: createStepActivity(registry, deps),
    [LOOK_UP]: createLookUpActivity(store, cached),
    [KEEP]: createKeepActivity(store),
    [CHECKPOINT]: createCheckpointActivity(store, workflows),
    [HOOK]: createHookActivity(registry),
    [GATHER]: createGatherActivity(store),
    [SLICE]: createSliceActivity(store),
    [RESOLVE]: createResolveActivity(registry, store),
    [MERGE]: createMergeActivity(registry, store, mergeCache),
  };
}
