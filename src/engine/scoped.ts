import { outputCount, type PlanScoped } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import { coverScope } from './cover.js';
import { finishRun } from './ending.js';
import { resolve } from '../plan/resolve.js';
import { keepResult } from './feed-result.js';
import { completeNode } from './finish-node.js';
import { outputsWait } from './waiting.js';
import { noteUsed } from './used.js';
import { replan } from './replan.js';
import { settle } from './settle.js';
import { highestIn, keepHighest } from './generations.js';
import { COMPLETED, generationOf, nodeOf } from './state.js';
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
  const body = state.plan.bodies[scope.body];
  const captured = planned.in.map(source => (body ? resolve(body, scope, source) : null));
  scope.scoped.set(node, { captured, opened: 0, done: 0, ended: false, highest: 0, results: [] });
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
  if (!progress || progress.ended || planned.kind !== 'scoped' || first > progress.opened) return;
  for (const item of items.slice(progress.opened - first)) {
    const ordinal = progress.opened;
    progress.opened += 1;
    const parent = { scope: scope.id, node, ordinal };
    const inner = createScope(state, planned.body, parent);
    [...item, ...progress.captured].forEach((value, slot) => settle(state, inner, slot, value));
    replan(state, inner);
    if (inner.open === 0) state.endedScopes.push(inner);
  }
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
  if (!progress) return;
  progress.ended = true;
  completeScoped(state, scope, node, progress);
}

/** All nodes of a scope have ended: it collapses into its outputs [R5]; the root's end is the run's. */
export function endScope(state: State, scope: Scope): void {
  if (scope.open > 0 || !state.scopes.has(scope.id)) return;
  if (!scope.parent) return finishRun(state, scope);
  if (outputsWait(state, scope)) return;
  const { scope: id, node, ordinal } = scope.parent;
  const around = state.scopes.get(id);
  const progress = around?.scoped.get(node);
  const body = state.plan.bodies[scope.body];
  if (!around || !progress || !body) return;
  if (!keepResult(state, scope))
    progress.results[ordinal] = body.outputs.map(output => resolve(body, scope, output.of));
  progress.done += 1;
  progress.highest = Math.max(progress.highest, highestIn(scope));
  noteUsed(state, scope);
  state.scopes.delete(scope.id);
  completeScoped(state, around, node, progress);
}

function completeScoped(state: State, scope: Scope, node: number, progress: ScopedProgress): void {
  if (!progress.ended || progress.done < progress.opened) return;
  const planned = nodeOf(state, scope, node);
  const asList = planned.kind === 'scoped' && planned.scopes === 'item';
  const column = (k: number) => progress.results.map(outputs => outputs?.[k] ?? null);
  const count = outputCount(state.plan, planned);
  const output = (k: number): Value | null =>
    asList ? { list: column(k).filter(value => value !== null) } : (column(k).at(-1) ?? null);
  keepHighest(state, scope, node);
  completeNode(
    state,
    scope,
    node,
    Array.from({ length: count }, (_, k) => output(k)),
    COMPLETED,
  );
}
