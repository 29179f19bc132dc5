import { conditionSources } from './body-index.js';
import type { Body, Plan, Source } from './plan.js';

const known = new WeakMap<Plan, ReadonlyMap<Body, readonly Source[]>>();

/** What `until` reads of a body that is the iteration of a loop: it is asked when all nodes have ended, as outputs are. */
export function untilSources(plan: Plan, body: Body): readonly Source[] {
  const found = known.get(plan) ?? sourcesByBody(plan);
  known.set(plan, found);
  return found.get(body) ?? [];
}

function sourcesByBody({ bodies }: Plan): ReadonlyMap<Body, readonly Source[]> {
  const sources = new Map<Body, readonly Source[]>();
  for (const node of bodies.flatMap(({ nodes }) => nodes)) {
    if (node.kind !== 'scoped' || node.from?.kind !== 'loop' || node.from.until === undefined) continue;
    const inner = bodies[node.body];
    if (inner) sources.set(inner, conditionSources(inner, [node.from.until]));
  }
  return sources;
}
