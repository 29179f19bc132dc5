import type { Plan } from '../plan/plan.js';
import type { BlobStore } from '../store/blob-store.js';
import { cachedOutcome } from './cached-outcome.js';
import type { Caching } from './cached-step.js';
import type { Find, Hit } from './look-up.js';
import { identityOf, stepKey } from './step-key.js';

/** What the step cache has for executions of a plan; what it asks of the cache is asked at once. */
export function findCached(plan: Plan, { cache, buildId }: Pick<Caching, 'cache' | 'buildId'>, store: BlobStore): Find {
  return async asked => {
    const keys = asked.map(({ node, inputs }) => {
      const contract = plan.contracts[node.contract];
      const code = buildId === undefined ? {} : { buildId };
      const identity =
        contract && identityOf({ contract, inputs, ...code, ...(node.options && { options: node.options }) });
      return identity && stepKey(identity);
    });
    const entries = await cache.get([...new Set(keys.filter(key => key !== undefined))]);
    return Promise.all(
      asked.map(async ({ node }, k): Promise<Hit | undefined> => {
        const entry = entries.get(keys[k] ?? '');
        const outcome = entry && (await cachedOutcome(entry, store, node.peeks));
        return outcome?.kind === 'hit' ? { outputs: outcome.outputs, from: outcome.from } : undefined;
      }),
    );
  };
}
