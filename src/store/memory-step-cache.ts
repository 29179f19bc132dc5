import type { CacheEntry, StepCache } from './step-cache.js';

/** A step cache in this process's memory, for as long as it lives. It forgets nothing by itself. */
export function createMemoryStepCache(): StepCache {
  const entries = new Map<string, CacheEntry>();
  const claims = new Map<string, { readonly holder: string; readonly until: number }>();
  const byAge = (): CacheEntry[] => [...entries.values()].sort((a, b) => a.createdAt - b.createdAt);
  return {
    get: async keys =>
      new Map(
        keys.flatMap(key => {
          const entry = entries.get(key);
          return entry ? [[key, entry]] : [];
        }),
      ),
    async put(entry) {
      entries.set(entry.key, entry);
    },
    async nearest(step, at) {
      const ofStep = byAge()
        .toReversed()
        .filter(entry => entry.step === step);
      return [...ofStep.filter(entry => entry.at === at), ...ofStep.filter(entry => entry.at !== at)];
    },
    async claim(key, holder, ms) {
      const held = claims.get(key);
      if (held && held.holder !== holder && held.until > Date.now()) return false;
      claims.set(key, { holder, until: Date.now() + ms });
      return true;
    },
    async release(key, holder) {
      if (claims.get(key)?.holder === holder) claims.delete(key);
    },
    async *entries() {
      yield* byAge();
    },
    async delete(keys) {
      for (const key of keys) entries.delete(key);
    },
  };
}
