import type { Plan } from '../plan/plan.js';
import type { BlobStore } from '../store/blob-store.js';
import { cachedOutcome } from './cached-outcome.js';
import type { Caching } from './cached-step.js';
import type { Asked, Find, Hit } from './look-up.js';
import { identityOf, stepKey, type StepIdentity } from './step-key.js';

/** Of an execution of a plan. */
export function identityIn(plan: Plan, { node, inputs }: Asked, buildId: string | undefined): StepIdentity | undefined {
  const contract = plan.contracts[node.contract];
  const { options } = node;
  const code = buildId === undefined ? {} : { buildId };
  return contract && identityOf({ contract, inputs, ...code, ...(options && { options }) });
}

/** What the step cache has for executions of a plan; what it asks of the cache is asked at once. */
export function findCached(plan: Plan, { cache, buildId }: Pick<Caching, 'cache' | 'buildId'>, store: BlobStore): Find {
  return async asked => {
    const keys = asked.map(each => {
      const identity = identityIn(plan, each, buildId);
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
