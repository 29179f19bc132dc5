import { outputCount, scopeInputs, type PlanScoped } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import { coverScope } from './cover.js';
import { finishRun } from './ending.js';
import { failScoped } from './fail.js';
import { resolve } from '../plan/resolve.js';
import { keepResult } from './feed-result.js';
import { completeNode } from './finish-node.js';
import { inputOf } from './inputs.js';
import { afterIteration, type Next } from './iteration.js';
import { itemsOf, rowsOf } from './list-items.js';
import { startSlicing } from './slice.js';
import { streamReadBy } from './stream-nodes.js';
import { outputsWait } from './waiting.js';
import { givesOverridden, noteUsed } from './used.js';
import { replan } from './replan.js';
import { addResult, arePacked, givenBy, lastOf, listOf, noResults } from './results.js';
import { settle } from './settle.js';
import { highestIn, keepHighest } from './generations.js';
import { bodyOf, COMPLETED, generationOf, nodeOf } from './state.js';
import type { Scope, ScopedProgress, State } from './state.js';

/** Makes a scope with nothing settled; nodes that read nothing come up for decision. */
export function createScope(state: State, body: number, parent?: Scope['parent']): Scope {
  const nodes = state.plan.bodies[body]?.nodes.length ?? 0;
  const scope: Scope = {
    id: state.next.scope++,
    body,
    prefix: prefixIn(state, parent),
    ...(parent && { parent }),
    slots: Array.from({ length: state.plan.bodies[body]?.slots ?? 0 }),
    status: new Uint8Array(nodes),
    waits: Int32Array.from(state.index[body]?.waits ?? []),
    generations: new Map(),
    base: baseIn(state, parent),
    failures: new Map(),
    gathering: new Map(),
    notHere: new Map(),
    origins: new Map(),
    scoped: new Map(),
    streams: new Map(),
    covers: null,
    need: null,
    reads: new Map(),
    forms: new Map(),
    computed: new Map(),
    overridden: new Set(),
    finishing: new Map(),
    supplied: new Map(),
    open: nodes,
  };
  state.scopes.set(scope.id, scope);
  scope.waits.forEach((waits, node) => waits === 0 && state.settled.push({ scope, node }));
  if (state.received.length > 0) coverScope(state, scope);
  return scope;
}

/** A scoped node starts: it takes what it reads from outside, and waits for items. */
export function openScoped(state: State, scope: Scope, node: number, planned: PlanScoped): void {
  const progress = {
    opened: 0,
    done: 0,
    ended: false,
    highest: 0,
    results: noResults(outputCount(state.plan, planned)),
    ...readBy(state, scope, node, planned),
  };
  const slicing = progress.list?.kind === 'stored' && { slicing: startSlicing() };
  scope.scoped.set(node, { ...progress, ...slicing });
  if (planned.from) state.opening.push(scope.id, node);
}

/** Whether the plan says what the scopes of a node are made of: no event does. */
export function opensItself(state: State, scope: Scope, node: number): boolean {
  const planned = nodeOf(state, scope, node);
  return planned.kind === 'scoped' && planned.from !== undefined;
}

/** What a scoped node has read when it started: that stays as it is for as long as it runs. */
export function readBy(
  state: State,
  scope: Scope,
  node: number,
  planned: PlanScoped,
): Pick<ScopedProgress, 'captured' | 'list'> {
  const body = bodyOf(state, scope);
  const captured = planned.in.slice(scopeInputs(planned).length).map(source => resolve(body, scope, source));
  const value = readsList(state, scope, node, planned) && inputOf(state, scope, node, 0);
  return { captured, ...(value && { list: planned.from?.kind === 'items' ? rowsOf(value) : itemsOf(value) }) };
}

/** Whether the items are there when the node starts: also those that stand in for a stream's. */
function readsList(state: State, scope: Scope, node: number, { from }: PlanScoped): boolean {
  return from?.kind === 'list' || (from?.kind === 'items' && streamReadBy(state, scope, node) === undefined);
}

/** A scope for the next item or state of a node: the first values of its body. */
export function openScope(
  state: State,
  scope: Scope,
  node: number,
  progress: ScopedProgress,
  first: readonly (Value | null)[],
): void {
  const planned = nodeOf(state, scope, node);
  if (planned.kind !== 'scoped') return;
  const ordinal = progress.opened;
  progress.opened += 1;
  state.turn.opened += 1;
  const inner = createScope(state, planned.body, { scope: scope.id, node, ordinal });
  [...first, ...progress.captured].forEach((value, slot) => settle(state, inner, slot, value));
  replan(state, inner);
  if (inner.open === 0) state.endedScopes.push(inner);
}

/** A scope for each item that is new; `first` is the index of the first one given. */
export function openItems(
  state: State,
  scope: Scope,
  node: number,
  first: number,
  items: readonly (readonly (Value | null)[])[],
): void {
  const progress = scope.scoped.get(node);
  const planned = nodeOf(state, scope, node);
  if (!progress || progress.ended || planned.kind !== 'scoped' || planned.from || first > progress.opened) return;
  for (const item of items.slice(progress.opened - first)) openScope(state, scope, node, progress, item);
}

function baseIn(state: State, parent: Scope['parent']): number {
  const around = parent && state.scopes.get(parent.scope);
  return around ? generationOf(around, parent.node) : 1;
}

function prefixIn(state: State, parent: Scope['parent']): string {
  const around = parent && state.scopes.get(parent.scope);
  const node = around && nodeOf(state, around, parent.node);
  if (node?.kind !== 'scoped') return '';
  return `${around?.prefix}${node.id}${node.scopes === 'item' ? `[${parent?.ordinal}]` : `@${parent?.ordinal}`}/`;
}

/** No more items come. */
export function endItems(state: State, scope: Scope, node: number): void {
  const progress = scope.scoped.get(node);
  if (!progress || opensItself(state, scope, node)) return;
  progress.ended = true;
  completeScoped(state, scope, node, progress);
}

/** All nodes of a scope have ended: it collapses into its outputs [R5]; the root's end is the run's. */
export function endScope(state: State, scope: Scope): void {
  if (scope.open > 0 || !state.scopes.has(scope.id)) return;
  if (!scope.parent) return finishRun(state, scope);
  if (outputsWait(state, scope)) return;
  const { scope: id, node } = scope.parent;
  const around = state.scopes.get(id);
  const progress = around?.scoped.get(node);
  const body = state.plan.bodies[scope.body];
  if (!around || !progress || !body) return;
  const planned = nodeOf(state, around, node);
  const from = planned.kind === 'scoped' ? planned.from : undefined;
  if (!keepResult(state, scope)) addResult(state, around, scope.parent, from, givenBy(body, scope));
  const next = from?.kind === 'loop' && afterIteration(state, scope, from, progress.opened);
  progress.done += 1;
  progress.highest = Math.max(progress.highest, highestIn(scope));
  noteUsed(state, scope);
  if (givesOverridden(state, scope)) progress.overridden = true;
  state.scopes.delete(scope.id);
  if (next) return goOn(state, around, node, progress, next);
  if (from) state.opening.push(id, node);
  completeScoped(state, around, node, progress);
}

/** Goes on with a loop, one of whose iterations has ended. */
function goOn(state: State, scope: Scope, node: number, progress: ScopedProgress, next: Next): void {
  if (next === 'another') return state.opening.push(scope.id, node);
  if (next !== 'end') return failScoped(state, scope, node, next);
  progress.ended = true;
  completeScoped(state, scope, node, progress);
}

/** The outputs of a scoped node are put together once all its scopes have ended and no more come. */
export function completeScoped(state: State, scope: Scope, node: number, progress: ScopedProgress): void {
  const { results } = progress;
  if (!progress.ended || progress.done < progress.opened || !arePacked(results)) return;
  const planned = nodeOf(state, scope, node);
  const asList = planned.kind === 'scoped' && planned.scopes === 'item';
  const count = outputCount(state.plan, planned);
  const output = (k: number): Value | null => (asList ? listOf(results, k) : lastOf(results, k));
  keepHighest(state, scope, node);
  completeNode(
    state,
    scope,
    node,
    Array.from({ length: count }, (_, k) => output(k)),
    COMPLETED,
  );
}
