import { formSources } from '../../src/plan/body-index.js';
import type { Bundle } from '../../src/plan/bundles.js';
import type { Body, Plan, PlanCondition, PlanNode, Source } from '../../src/plan/plan.js';

/** What bundles are made of, found in the plainest way: by following the sources of each node. */
export const homes = (bundles: readonly Bundle[]): readonly (Bundle | undefined)[] => {
  const home: Bundle[] = [];
  for (const bundle of bundles) for (const n of bundle.nodes) home[n] = bundle;
  return home;
};

/** All slots behind sources, conditions of forms included. */
function slotsBehind(body: Body, sources: readonly Source[]): readonly number[] {
  const seen = new Set(sources);
  for (const source of seen) if (source < 0) for (const next of formSources(body, source)) seen.add(next);
  return [...seen].filter(source => source >= 0);
}

const OUTSIDE = -1;
export const producerOf = (plan: Plan, slot: number): number => outputSlots(plan).get(slot)?.n ?? OUTSIDE;

const known = new WeakMap<Plan, ReadonlyMap<number, { readonly n: number; readonly address: string }>>();
function outputSlots(plan: Plan): ReadonlyMap<number, { readonly n: number; readonly address: string }> {
  const found = known.get(plan) ?? new Map(listOutputs(plan));
  known.set(plan, found);
  return found;
}

const listOutputs = (plan: Plan) =>
  (plan.bodies[0] as Body).nodes.flatMap((node, n) =>
    portsOf(plan, node, 'out').map((name, k) => [node.out + k, { n, address: `${node.id}.${name}` }] as const),
  );

export const outputsOf = (plan: Plan, n: number) =>
  [...outputSlots(plan)].flatMap(([slot, output]) => (output.n === n ? [{ slot, address: output.address }] : []));

/** Those of an each or a loop: the list or the state, and what comes of that. */
function portsOf({ bodies, contracts }: Plan, node: PlanNode, side: 'in' | 'out'): readonly string[] {
  if (node.kind === 'sleep') return ['value'];
  if (node.kind === 'step') return (contracts[node.contract]?.[side] ?? []).map(({ name }) => name);
  if (side === 'in' && node.from?.kind === 'list') return ['items'];
  return (bodies[node.body]?.outputs ?? []).map(({ name }) => name);
}

/** Those of a node, and those in it that read what it captures: these are the last inputs of its body. */
export function inputsOf(plan: Plan, n: number) {
  const body = plan.bodies[0] as Body;
  const node = body.nodes[n];
  if (node === undefined) return [];
  return readsIn(plan, node).map(({ address, source }) => ({
    address: plan.open[source - plan.inputs.length]?.address ?? address,
    slots: slotsBehind(body, [source]),
  }));
}

interface Read {
  readonly address: string;
  readonly source: Source;
}

function readsIn(plan: Plan, node: PlanNode): readonly Read[] {
  const names = portsOf(plan, node, 'in');
  const own = names.map((name, k) => ({ address: `${node.id}/$in.${name}`, source: node.in[k] as Source }));
  const body = node.kind === 'scoped' ? plan.bodies[node.body] : undefined;
  if (body === undefined) return own;
  const captured = node.in.slice(names.length).map((source, k, { length }) => ({
    source,
    slot: body.inputs - length + k,
  }));
  const inside = body.nodes.flatMap(inner =>
    readsIn(plan, inner).map(read => ({ ...read, address: `${node.id}/${read.address}` })),
  );
  return [
    ...own,
    ...captured.flatMap(({ source, slot }) =>
      inside
        .filter(read => slotsBehind(body, [read.source]).includes(slot))
        .map(({ address }) => ({ address, source })),
    ),
  ];
}

function readByNode(plan: Plan, n: number): readonly number[] {
  const body = plan.bodies[0] as Body;
  const node = body.nodes[n];
  const guards = (node?.guards ?? []).flatMap(c => (body.conditions[c] as PlanCondition).of);
  return slotsBehind(body, [...(node?.in ?? []), ...guards]);
}

export const producersOf = (plan: Plan, n: number): readonly number[] =>
  readByNode(plan, n)
    .map(slot => producerOf(plan, slot))
    .filter(p => p >= 0);

export function readersBySlot(plan: Plan): readonly Set<number>[] {
  const body = plan.bodies[0] as Body;
  const readers = Array.from({ length: body.slots }, () => new Set<number>());
  body.nodes.forEach((_, n) => {
    for (const slot of readByNode(plan, n)) readers[slot]?.add(n);
  });
  for (const { of } of body.outputs) for (const slot of slotsBehind(body, [of])) readers[slot]?.add(OUTSIDE);
  return readers;
}

export function labelsIn(plan: Plan): readonly string[] {
  const sets: ReadonlySet<string>[] = [];
  (plan.bodies[0] as Body).nodes.forEach((node, n) => {
    const own = node.cluster === undefined ? undefined : plan.clusters[node.cluster]?.name;
    const inherited = new Set(producersOf(plan, n).flatMap(p => [...(sets[p] ?? [])]));
    sets.push(own === undefined ? inherited : new Set([own]));
  });
  return sets.map(set => [...set].sort().join('+') || 'default');
}

export function levelsIn(plan: Plan, labels: readonly string[]): readonly number[] {
  const levels: number[] = [];
  labels.forEach((label, n) => {
    const before = producersOf(plan, n).map(p => (levels[p] ?? 0) + (labels[p] === label ? 0 : 1));
    levels.push(Math.max(0, ...before));
  });
  return levels;
}

/** Labels from which a way leads through another label and back. */
export function onCycles(plan: Plan, labels: readonly string[]): ReadonlySet<string> {
  const next = new Map<string, Set<string>>([...new Set(labels)].map(label => [label, new Set()]));
  labels.forEach((label, n) => {
    for (const p of producersOf(plan, n)) if (labels[p] !== label) next.get(labels[p] ?? '')?.add(label);
  });
  const reaches = (from: string): boolean => {
    const seen = new Set(next.get(from));
    for (const label of seen) for (const further of next.get(label) ?? []) seen.add(further);
    return seen.has(from);
  };
  return new Set([...next.keys()].filter(reaches));
}
