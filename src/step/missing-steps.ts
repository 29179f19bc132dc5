import { manifestDigest } from '../document/manifest-digest.js';
import { manifestOf } from '../graph/manifest.js';
import type { Plan } from '../plan/plan.js';
import type { Registry } from './registry.js';

/** Steps of a plan that have no implementation here, or one of another contract. */
export function missingSteps(plan: Plan, registry: Registry): readonly string[] {
  return plan.contracts.flatMap(({ step, digest }) => {
    const impl = registry.find(step);
    return impl && manifestDigest(manifestOf(impl.contract)) === digest ? [] : [step];
  });
}
