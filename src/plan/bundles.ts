import { bordersOf } from './borders.js';
import { at } from './edges.js';
import { labelsOf } from './labels.js';
import type { Plan } from './plan.js';
import { groupsOf } from './stages.js';
import { wiredBody } from './wired-body.js';

/**
 * The part of a cluster that runs as one unit (engine.md §2). Mostly all of it: only where clusters would wait for one
 * another is one cut into several bundles, which then have the same name.
 */
export interface Bundle {
  /** A node without a label has those of its producers: `default`, `red`, `blue+red`. */
  readonly cluster: string;
  /** Indices into `plan.bodies[0].nodes`, in plan order. */
  readonly nodes: readonly number[];
  /** From 0; all that a bundle needs of others is made in stages before its own. */
  readonly stage: number;
  /**
   * Addresses of inputs that read something from outside, those in items and iterations included (`pages/keep/$in.least`);
   * open ports by their own address. Not what only conditions read, or the outputs of an each.
   */
  readonly requires: readonly string[];
  /** Addresses of outputs that something outside reads, or nobody. */
  readonly exports: readonly string[];
}

/** The bundles of a plan, each after those it needs: by stage, then by name. O(size of the plan). */
export function bundlesOf(plan: Plan): readonly Bundle[] {
  const [body] = plan.bodies;
  if (body === undefined) return [];
  const wired = wiredBody(plan, body);
  const labels = labelsOf(plan, wired);
  const { of, stages } = groupsOf(wired, labels);
  const members = Array.from(stages, (): number[] => []);
  of.forEach((group, n) => members[group]?.push(n));
  const borders = bordersOf(plan, wired, of, stages.length);
  const bundles = members.map((nodes, group): Bundle => {
    const { requires = [], exports = [] } = borders[group] ?? {};
    const cluster = labels.names[at(labels.of, nodes[0] ?? 0)] ?? '';
    return { cluster, nodes, stage: at(stages, group), requires: [...requires], exports };
  });
  return bundles.sort((a, b) => a.stage - b.stage || (a.cluster < b.cluster ? -1 : Number(a.cluster > b.cluster)));
}
