import { isStream, outputCount, type Body, type Plan, type PlanNode, type Source } from '../plan/plan.js';
import { bodyOf, nodeOf } from './state.js';
import type { Scope, State } from './state.js';

/** The streams of a body, by what the plan says. */
interface StreamNodes {
  /** By node that reads the items of a stream: the stream, and the sources on the way from its slot. */
  readonly reads: ReadonlyMap<number, { readonly stream: number; readonly path: readonly Source[] }>;
  /** By stream: the nodes that read its items. */
  readonly readers: ReadonlyMap<number, readonly number[]>;
}

const known = new WeakMap<Body, StreamNodes>();

/** O(nodes + edges) the first time. */
export function streamNodes(plan: Plan, body: Body): StreamNodes {
  const found = known.get(body) ?? findStreams(plan, body);
  known.set(body, found);
  return found;
}

function findStreams(plan: Plan, body: Body): StreamNodes {
  const bySlot = new Map(
    body.nodes.flatMap((node, n) => {
      const slot = slotIn(plan, node);
      return slot === undefined ? [] : [[slot, n]];
    }),
  );
  const reads = new Map<number, { stream: number; path: readonly Source[] }>();
  const readers = new Map<number, number[]>();
  for (const [n, node] of body.nodes.entries()) {
    if (bySlot.size === 0 || node.kind !== 'scoped' || node.from?.kind !== 'items') continue;
    const path = pathFrom(body, node.in[0] ?? -1);
    const stream = bySlot.get(path.at(-1) ?? -1);
    if (stream === undefined) continue;
    reads.set(n, { stream, path });
    readers.set(stream, [...(readers.get(stream) ?? []), n]);
  }
  return { reads, readers };
}

/** Whether all who may read the items of a stream only make lists of what they have: then packs will do. */
export function isOnlyCollected({ plan }: State, { body: at }: Scope, stream: number): boolean {
  const body = plan.bodies[at];
  const readers = body && streamNodes(plan, body).readers.get(stream);
  return readers?.every(reader => isCollect(plan, body?.nodes[reader])) ?? false;
}

/** As a node by `g.collect` is: nothing to do for an item, and nothing given but what it has. */
function isCollect({ bodies }: Plan, node: PlanNode | undefined): boolean {
  if (node?.kind !== 'scoped' || node.from?.kind !== 'items') return false;
  const { yields } = node.from;
  const body = bodies[node.body];
  return body?.nodes.length === 0 && body.outputs.every(({ of }) => of >= 0 && of < yields.length);
}

/** From a source through the forms that pass on what they read. */
function pathFrom(body: Body, source: Source): readonly Source[] {
  const path = [source];
  for (const at of path) {
    const form = at < 0 ? body.forms[-1 - at] : undefined;
    if (form?.kind === 'port' || form?.kind === 'guarded') path.push(form.of);
  }
  return path;
}

/** The stream whose items a node takes as they come; none where interventions give it a list instead. */
export function streamReadBy(state: State, scope: Scope, node: number): number | undefined {
  const found = streamNodes(state.plan, bodyOf(state, scope)).reads.get(node);
  const { covers } = scope;
  if (!found || !covers) return found?.stream;
  const isCovered =
    covers.readers.get(node)?.has(0) || found.path.some(at => covers.forms.has(at) || covers.slots.has(at));
  return isCovered ? undefined : found.stream;
}

/** The nodes that take the items of a stream as they come. */
export const readersOfStream = (state: State, scope: Scope, stream: number): readonly number[] =>
  (streamNodes(state.plan, bodyOf(state, scope)).readers.get(stream) ?? []).filter(
    node => streamReadBy(state, scope, node) === stream,
  );

/** The slot of a stream's items; undefined if the node is none. */
export const itemsSlot = (state: State, scope: Scope, node: number): number | undefined =>
  slotIn(state.plan, nodeOf(state, scope, node));

/** It is the last of its outputs. */
const slotIn = (plan: Plan, node: PlanNode): number | undefined =>
  isStream(plan, node) ? node.out + outputCount(plan, node) - 1 : undefined;

/** Whether what is in a slot only says that a stream has begun: it is nobody's output. */
export const isMark = (state: State, scope: Scope, node: number, slot: number): boolean =>
  slot === itemsSlot(state, scope, node) && !scope.covers?.slots.has(slot);
