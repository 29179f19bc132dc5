import { bundlesOf } from '../plan/bundles.js';
import { indexOf } from '../intervention/covers.js';
import { outputCount, type Plan } from '../plan/plan.js';
import { streamNodes } from './stream-nodes.js';

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
  joinStreams(plan, of);
  known.set(plan, of);
  return of;
}

/**
 * A stream and who reads it run beside each other: they belong to the latest stage of them, and what reads of them to no
 * earlier one.
 */
function joinStreams(plan: Plan, of: Int32Array): void {
  const [body] = plan.bodies;
  const readers = body && streamNodes(plan, body).readers;
  const raise = (node: number, stage: number): boolean => {
    if ((of[node] ?? 0) >= stage) return false;
    of[node] = stage;
    return true;
  };
  for (let isChanged = (readers?.size ?? 0) > 0; isChanged;) {
    isChanged = false;
    for (const [from, to] of edgesOf(plan)) isChanged = raise(to, of[from] ?? 0) || isChanged;
    for (const [stream, nodes] of readers ?? []) {
      const latest = Math.max(...[stream, ...nodes].map(node => of[node] ?? 0));
      for (const node of [stream, ...nodes]) isChanged = raise(node, latest) || isChanged;
    }
  }
}

/** From nodes of the graph to those that read their outputs. */
function edgesOf(plan: Plan): readonly (readonly [from: number, to: number])[] {
  const [index] = indexOf(plan);
  return (plan.bodies[0]?.nodes ?? []).flatMap((node, n) => {
    const [start, end] = [index?.offsets[node.out] ?? 0, index?.offsets[node.out + outputCount(plan, node)] ?? 0];
    return [...(index?.readers.subarray(start, end) ?? [])].map(reader => [n, reader] as const);
  });
}

/** Before anything has ended. */
export function createStages(plan: Plan): Stages {
  const of = stagesIn(plan);
  const open: number[] = [];
  for (const stage of of) open[stage] = (open[stage] ?? 0) + 1;
  return { of, open, now: 0, later: new Map() };
}
