import { type Plan, type PlanScoped } from '../plan/plan.js';
import { coversIn, createCovers, setCover, type Cover } from './covers.js';
import { stepName, type ExplainedNode, type Verdict } from './explained.js';
import type { SentIntervention } from './intervention.js';
import { needOf } from './need.js';
import { isTarget, targetOfSent } from './target.js';

export interface Around {
  readonly plan: Plan;
  readonly interventions: readonly SentIntervention[];
  readonly prune: boolean;
}

/**
 * What would happen to the nodes in the scopes that a node opens, and in those inside them, by addresses without index. What
 * is said of a single item or iteration decides nothing about the others, and is left out. Recursive over bodies, which nest
 * no deeper than they were written.
 */
export function explainBody(
  around: Around,
  { body: number, scopes }: PlanScoped,
  at: string,
): readonly ExplainedNode[] {
  const { plan, interventions, prune } = around;
  const body = plan.bodies[number];
  if (!body) return [];
  const covers = createCovers();
  for (const cover of coversFor(plan, number, interventions)) setCover(covers, cover.target.place, cover);
  const need = needOf(plan, body, covers, { prune });
  return body.nodes.flatMap((node, n) => {
    const address = `${at}/${node.id}`;
    const isCovering = ({ target: { place } }: Cover): boolean =>
      (place.kind === 'output' || place.kind === 'reader') && place.node === n;
    const [verdict, why] = reasonFor(need.supplied[n] === 1, need.runs[n] === 1, node.guards !== undefined, scopes);
    const by = coversIn(covers).filter(isCovering);
    const own = { at: address, step: stepName(plan, node), verdict, why, by: by.map(({ sent }) => sent.at) };
    const opens = node.kind === 'scoped' && (verdict === 'run' || verdict === 'conditional');
    return [own, ...(opens ? explainBody(around, node, address) : [])];
  });
}

/** Those that work in every scope of a body. */
function coversFor(plan: Plan, body: number, interventions: readonly SentIntervention[]): readonly Cover[] {
  return interventions.flatMap((sent, k) => {
    const target = targetOfSent(plan, sent);
    if (!isTarget(target) || target.body !== body || target.scopes.some(index => index !== null)) return [];
    return [{ seq: k + 1, sent, target }];
  });
}

function reasonFor(
  isSupplied: boolean,
  runs: boolean,
  isGuarded: boolean,
  scopes: PlanScoped['scopes'],
): readonly [verdict: Verdict, why: string] {
  if (isSupplied) return ['short-circuited', 'every output is supplied by interventions'];
  if (!runs) return ['pruned', 'nothing that runs needs its outputs'];
  if (isGuarded) return ['conditional', `its condition is decided for each ${scopes}`];
  return ['run', `once for each ${scopes}`];
}
