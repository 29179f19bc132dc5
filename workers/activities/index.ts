import { GATHER, MERGE, RESOLVE } from '../../src/protocol/names.js';
import type { Registry } from '../../src/step/registry.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import type { MergeCache } from '../../src/store/merge-cache.js';
import { createGatherActivity } from './gather.js';
import { createMergeActivity } from './merge.js';
import { createResolveActivity } from './resolve.js';
import { createStepActivity } from './step-activity.js';

/** What a worker can do, by activity type. `default` takes every other type: the ids of steps. */
export function createActivities(registry: Registry, store: BlobStore, cache?: MergeCache) {
  return {
    default: createStepActivity(registry, store),
    [GATHER]: createGatherActivity(store),
    [RESOLVE]: createResolveActivity(registry, store),
    [MERGE]: createMergeActivity(registry, store, cache),
  };
}
