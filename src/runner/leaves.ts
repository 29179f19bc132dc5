import { slotsBehind } from '../intervention/need.js';
import { indexBody, type BodyIndex } from '../plan/body-index.js';
import { outputNames, type Plan } from '../plan/plan.js';

/** What of a graph's values somebody still looks at: outside, or inside. */
export interface Leaves {
  /** Ids of nodes whose values the graph gives, or no other node reads. */
  readonly nodes: ReadonlySet<string>;
  /** Nodes that read a slot. */
  readersOf(slot: number): readonly number[];
}

export function leavesOf(plan: Plan): Leaves {
  const body = plan.bodies[0];
  if (!body) return { nodes: new Set(), readersOf: () => [] };
  const index = indexBody(body);
  const given = slotsBehind(
    body,
    null,
    body.outputs.map(({ of }) => of),
  );
  const isLeaf = (slot: number): boolean => given.has(slot) || readersIn(index, slot).length === 0;
  const leaves = body.nodes.filter(node => outputNames(plan, node).some((_, k) => isLeaf(node.out + k)));
  return { nodes: new Set(leaves.map(({ id }) => id)), readersOf: slot => readersIn(index, slot) };
}

const readersIn = ({ readers, offsets }: BodyIndex, slot: number): readonly number[] => [
  ...readers.subarray(offsets[slot] ?? 0, offsets[slot + 1] ?? 0),
];
