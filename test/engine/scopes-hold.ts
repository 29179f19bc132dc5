import type { Engine, NodeState } from '../../src/engine/engine.js';
import type { Plan, PlanNode, PlanScoped, PlanScopes } from '../../src/plan/plan.js';
import { check } from './difference.js';

const opensItself = (node: PlanNode): node is PlanScoped & { readonly from: PlanScopes } =>
  node.kind === 'scoped' && node.from !== undefined;

/** Running nodes whose scopes events open. */
export const openedFromOutside = (plan: Plan, engine: Engine): readonly NodeState[] =>
  plan.bodies.length === 1 ? [] : [...engine.nodes()].filter(node => isOpenedFromOutside(plan, node));

function isOpenedFromOutside(plan: Plan, { status, body, node }: NodeState): boolean {
  const planned = plan.bodies[body]?.nodes[node];
  return status === 'running' && planned?.kind === 'scoped' && planned.from === undefined;
}

/** Throws if more items of a list are open than its node may have at once, or more than one iteration of a loop. */
export function scopesHold(plan: Plan, engine: Engine): void {
  if (!plan.bodies.some(({ nodes }) => nodes.some(opensItself))) return;
  const most = new Map<string, number>();
  const open = new Map<string, Set<string>>();
  for (const { address, body, node } of engine.nodes()) {
    const planned = plan.bodies[body]?.nodes[node];
    if (planned && opensItself(planned)) {
      most.set(address, planned.from.kind === 'loop' ? 1 : planned.from.concurrency);
    }
    const [, around = '', scope = ''] = /^(.*)([[@]\d+\]?)\/[^/]*$/.exec(address) ?? [];
    open.set(around, (open.get(around) ?? new Set()).add(scope));
  }
  for (const [address, limit] of most) {
    const count = open.get(address)?.size ?? 0;
    check(count <= limit, `${count} scopes of ${address} at once`);
  }
}
