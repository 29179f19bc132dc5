import type { Database } from './database/open-database.js';
import type { StepCache } from './step-cache.js';

/** The step cache of a tenant in a database that is opened when something is first asked of it. */
export function lazyStepCache(database: () => Promise<Database>, tenant: string): StepCache {
  const cache = async (): Promise<StepCache> => (await database()).stepCache(tenant);
  return {
    get: async keys => (await cache()).get(keys),
    put: async entry => (await cache()).put(entry),
    nearest: async (step, at) => (await cache()).nearest(step, at),
    claim: async (key, holder, ms) => (await cache()).claim(key, holder, ms),
    release: async (key, holder) => (await cache()).release(key, holder),
    async *entries() {
      yield* (await cache()).entries();
    },
    delete: async keys => (await cache()).delete(keys),
  };
}
