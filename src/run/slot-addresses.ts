import { inputAddress } from '../intervention/bind.js';
import { outputNames, type Plan } from '../plan/plan.js';

/** The address of each slot of the graph: `$in.beans`, `grind.powder`. */
export function slotAddresses(plan: Plan): readonly string[] {
  const inputs = [...plan.inputs, ...plan.open].map((_, slot) => inputAddress(plan, slot));
  const nodes = plan.bodies[0]?.nodes ?? [];
  return [...inputs, ...nodes.flatMap(node => outputNames(plan, node).map(name => `${node.id}.${name}`))];
}
