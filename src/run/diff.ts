/**
 * Two runs, held against each other port by port. Nodes are the same where their addresses are; what lies inside an each or
 * a loop is compared by what that gives. A difference that has another one before it follows from that; those that have
 * none are the earliest, and say why.
 */
import type { NodeState } from '../engine/engine.js';
import type { Value } from '../value/value.js';
import { reasonsAt, sideOf, type Reason, type Side } from './diff-reasons.js';
import { isSameValue } from './same-value.js';
import type { RunSource } from './source.js';

export interface RunDiff {
  readonly a: string;
  readonly b: string;
  /** Inputs of the run that have other values. */
  readonly inputs: readonly ValueDiff[];
  /** Outputs that differ, and nothing before them does but inputs; in the order of the plan of `b`, at most 200. */
  readonly earliest: readonly PortDiff[];
  /** All outputs that differ, in that order, at most 200. */
  readonly differing: readonly PortDiff[];
  readonly counts: DiffCounts;
}
export interface DiffCounts {
  /** Output ports. */
  readonly same: number;
  readonly differing: number;
  /** Nodes that one of them has not executed, or not yet, or not to the end. */
  readonly notCompared: number;
  /** Nodes that only `b` has, and only `a`. */
  readonly added: number;
  readonly removed: number;
}
/** A value that is absent is not there. */
export interface ValueDiff {
  readonly at: string;
  readonly a?: Value;
  readonly b?: Value;
}
export interface PortDiff extends ValueDiff {
  readonly why: readonly Reason[];
}

const MOST = 200;

/** What differs in `b`, held against `a`. O(nodes + edges), plus what it takes to explain what differs. */
export function diffRuns(a: RunSource, b: RunSource): RunDiff {
  const sides = { a: sideOf(a), b: sideOf(b) };
  const inputs = inputDiffs(a, b);
  const found = new Set(inputs.map(({ at }) => at));
  const differing: PortDiff[] = [];
  const counts = { same: 0, differing: 0, notCompared: 0, added: 0, removed: 0 };
  for (const node of sides.b.nodes.values()) {
    const before = sides.a.nodes.get(node.address);
    if (!before) counts.added += 1;
    if (isOpen(node) || (before && isOpen(before))) {
      counts.notCompared += 1;
      continue;
    }
    const ports = portsOf(sides, node.address);
    const others = ports.filter(port => !isSameValue(before?.outputs[port], node.outputs[port]));
    counts.same += ports.length - others.length;
    counts.differing += others.length;
    for (const port of others) {
      const at = `${node.address}.${port}`;
      const why = reasonsAt(sides, node.address, at, found);
      differing.push({ ...valueDiff(at, before?.outputs[port], node.outputs[port]), why });
    }
    // Two outputs of one node do not follow from each other.
    for (const port of others) found.add(`${node.address}.${port}`);
  }
  counts.removed = [...sides.a.nodes.keys()].filter(address => !sides.b.nodes.has(address)).length;
  const earliest = differing.filter(({ why }) => why.every(({ kind }) => kind !== 'follows'));
  return { a: a.run, b: b.run, inputs, earliest: earliest.slice(0, MOST), differing: differing.slice(0, MOST), counts };
}

function inputDiffs(a: RunSource, b: RunSource): readonly ValueDiff[] {
  const addresses = new Set([...Object.keys(b.settled), ...Object.keys(a.settled)]);
  return [...addresses].flatMap(at =>
    isSameValue(a.settled[at], b.settled[at]) ? [] : [valueDiff(at, a.settled[at], b.settled[at])],
  );
}

const valueDiff = (at: string, a: Value | undefined, b: Value | undefined): ValueDiff => ({
  at,
  ...(a && { a }),
  ...(b && { b }),
});

const OPEN: ReadonlySet<NodeState['status']> = new Set(['waiting', 'queued', 'running', 'cancelled', 'pruned']);
const isOpen = ({ status }: NodeState): boolean => OPEN.has(status);

/** Ports that the node has in either of them, in the order of `b`. */
function portsOf({ a, b }: Readonly<Record<'a' | 'b', Side>>, address: string): readonly string[] {
  return [...new Set([...b.portsOf(address), ...a.portsOf(address)])];
}
