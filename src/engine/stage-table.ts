import { bundlesOf } from '../plan/bundles.js';
import type { Plan } from '../plan/plan.js';

/** Of a run that goes stage by stage: which stage is on, and who waits for a later one. */
export interface Stages {
  /** By node of the graph. */
  readonly of: Int32Array;
  /** By stage: nodes that have not ended. */
  readonly open: number[];
  now: number;
  /** By stage: ready nodes that wait for it. */
  readonly later: Map<number, number[]>;
}

const known = new WeakMap<Plan, Int32Array>();

/** By node of the graph the stage of its bundle. */
function stagesIn(plan: Plan): Int32Array {
  const found = known.get(plan);
  if (found) return found;
  const of = new Int32Array(plan.bodies[0]?.nodes.length ?? 0);
  for (const { nodes, stage } of bundlesOf(plan)) for (const node of nodes) of[node] = stage;
  known.set(plan, of);
  return of;
}

/** Before anything has ended. */
export function createStages(plan: Plan): Stages {
  const of = stagesIn(plan);
  const open: number[] = [];
  for (const stage of of) open[stage] = (open[stage] ?? 0) + 1;
  return { of, open, now: 0, later: new Map() };
}
