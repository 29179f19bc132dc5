import { at } from './edges.js';
import { outputNames, type Plan, type Source } from './plan.js';
import { readsOf } from './reads-of.js';
import { partsOf } from './vertices.js';
import type { WiredBody } from './wired-body.js';

/** What crosses the border of a group of nodes, as addresses. */
export interface Border {
  readonly requires: ReadonlySet<string>;
  readonly exports: readonly string[];
}

const NOBODY = -1;
/** Something outside of the body, or several groups: in any case not one group alone. */
const OTHERS = -2;

const together = (one: number, other: number): number => {
  if (one === NOBODY || one === other) return other;
  return other === NOBODY ? one : OTHERS;
};

/** By group: the inputs that read something from outside of it, and the outputs that it does not read alone. */
export function bordersOf(plan: Plan, wired: WiredBody, groupOf: Int32Array, groups: number): readonly Border[] {
  const { nodes } = wired.body;
  const from = groupsBefore(wired, groupOf);
  const readers = groupsAfter(wired, groupOf);
  const borders = Array.from({ length: groups }, () => ({ requires: new Set<string>(), exports: [] as string[] }));
  nodes.forEach((node, n) => {
    const group = at(groupOf, n);
    const border = borders[group] as (typeof borders)[number];
    for (const [address, source] of readsOf(plan, node)) {
      const there = from(source);
      if (there === NOBODY || there === group) continue;
      border.requires.add(plan.open[source - plan.inputs.length]?.address ?? address);
    }
    outputNames(plan, node).forEach((name, k) => {
      if (at(readers, node.out + k) !== group) border.exports.push(`${node.id}.${name}`);
    });
  });
  return borders;
}

/** Of a source: the group that makes what it gives. */
function groupsBefore({ body, producer, order }: WiredBody, groupOf: Int32Array): (source: Source) => number {
  const { nodes, forms, conditions } = body;
  const behind = new Int32Array(nodes.length + forms.length + conditions.length);
  const from = (source: Source): number => {
    if (source < 0) return at(behind, nodes.length - 1 - source);
    const node = at(producer, source);
    return node < 0 ? OTHERS : at(groupOf, node);
  };
  for (const vertex of order) {
    if (vertex < nodes.length) continue;
    const form = forms[vertex - nodes.length];
    const reader = form ?? conditions[vertex - nodes.length - forms.length];
    if (reader === undefined) continue;
    let group = NOBODY;
    for (const source of partsOf(reader)) group = together(group, from(source));
    if (form?.kind === 'guarded') {
      for (const c of form.by) group = together(group, at(behind, nodes.length + forms.length + c));
    }
    behind[vertex] = group;
  }
  return from;
}

/** By slot: the group that reads it. */
function groupsAfter({ body, order }: WiredBody, groupOf: Int32Array): Int32Array {
  const { nodes, forms, conditions, outputs, slots } = body;
  const readers = new Int32Array(slots + forms.length + conditions.length).fill(NOBODY);
  const note = (place: number, group: number): void => void (readers[place] = together(at(readers, place), group));
  const read = (source: Source, group: number): void => note(source < 0 ? slots - 1 - source : source, group);
  const guard = (by: readonly number[] = [], group: number): void => {
    for (const condition of by) note(slots + forms.length + condition, group);
  };
  for (const { of } of outputs) read(of, OTHERS);
  nodes.forEach((node, n) => {
    for (const source of node.in) read(source, at(groupOf, n));
    guard(node.guards, at(groupOf, n));
  });
  for (const vertex of order.toReversed()) {
    if (vertex < nodes.length) continue;
    const form = forms[vertex - nodes.length];
    const reader = form ?? conditions[vertex - nodes.length - forms.length];
    if (reader === undefined) continue;
    const group = at(readers, vertex - nodes.length + slots);
    for (const source of partsOf(reader)) read(source, group);
    if (form?.kind === 'guarded') guard(form.by, group);
  }
  return readers;
}
