import type { Known } from '../engine/known.js';
import { manifestDigest } from '../document/manifest-digest.js';
import { manifestOf } from '../graph/manifest.js';
import { bind } from '../intervention/bind.js';
import type { SentIntervention } from '../intervention/intervention.js';
import type { Plan } from '../plan/plan.js';
import type { Registry } from './registry.js';

/** What a run is started with that decides which steps it executes. */
export interface StartedWith {
  readonly interventions: readonly Pick<SentIntervention, 'at' | 'kind' | 'shortCircuit'>[];
  readonly prune?: boolean;
  /** Nodes of the graph that are not executed: it is known how they end. */
  readonly known?: readonly Pick<Known, 'at'>[];
}

/**
 * Steps of a plan that have no implementation here, or one of another contract; of those that a run executes which is
 * started with these interventions.
 */
export function missingSteps(plan: Plan, registry: Registry, startedWith?: StartedWith): readonly string[] {
  const executed = startedWith && executedContracts(plan, startedWith);
  return plan.contracts.flatMap(({ step, digest }, k) => {
    if (executed?.has(k) === false) return [];
    const impl = registry.find(step);
    return impl && manifestDigest(manifestOf(impl.contract)) === digest ? [] : [step];
  });
}

function executedContracts(plan: Plan, { interventions, prune = false, known = [] }: StartedWith): ReadonlySet<number> {
  const sent = interventions.map((intervention, k) => ({ ...intervention, id: `${k}` }));
  const { runs } = bind(plan, new Set(), sent, { prune }).need;
  const ended = new Set(known.map(({ at }) => at));
  const nodes = plan.bodies.flatMap((body, b) =>
    body.nodes.filter(({ id }, n) => b > 0 || (runs[n] === 1 && !ended.has(id))),
  );
  return new Set(nodes.flatMap(node => (node.kind === 'step' ? [node.contract] : [])));
}
