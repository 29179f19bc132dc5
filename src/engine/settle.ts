import { createCovers } from '../intervention/covers.js';
import { readSources, slotsBehind, sourcesBehind } from '../intervention/need.js';
import { outputCount, type Body, type Source } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import { holdAfter, holdAtPorts } from './breakpoints.js';
import { setStatus } from './changes.js';
import { bodyOf, CACHED, COMPLETED, hasRead, nodeOf, QUEUED, SHORT_CIRCUITED, WAITING } from './state.js';
import type { FAILED, Scope, SKIPPED, State } from './state.js';
import { countOpen } from './stages.js';
import { forgetMerges } from './supply.js';
import { cancelTimersOf } from './timers.js';
import { addWait, release } from './waits.js';

/** The one place where a slot gets its value (`null`: absent). Nodes whose inputs are all settled by it come up for decision. */
export function settle(state: State, scope: Scope, slot: number, value: Value | null): void {
  if (scope.slots[slot] !== undefined) return;
  scope.slots[slot] = value;
  const index = state.index[scope.body];
  if (!index) return;
  const end = index.offsets[slot + 1] ?? 0;
  for (let r = index.offsets[slot] ?? 0; r < end; r += 1) {
    const node = index.readers[r] ?? 0;
    if (scope.reads.size > 0 && scope.reads.get(node)?.has(slot) === false) continue;
    release(state, scope, node);
  }
}

/** Takes the value of a slot back. Nodes that have not read it wait for it again. */
export function unsettle(state: State, scope: Scope, slot: number): void {
  if (scope.slots[slot] === undefined) return;
  scope.slots[slot] = undefined;
  scope.computed.delete(slot);
  scope.overridden.delete(slot);
  for (const node of readersOf(state, scope, slot)) {
    if (hasRead(scope, node)) continue;
    forgetMerges(state, scope, node);
    addWait(scope, node);
    if (scope.status[node] === QUEUED) unqueue(state, scope, node);
  }
}

/** A node that is ready is to be decided about again. */
export function unqueue(state: State, scope: Scope, node: number): void {
  setStatus(state, scope, node, WAITING);
  cancelTimersOf(state, scope.id, node);
  scope.gathering.delete(node);
}

/** The nodes that read a slot in this scope. */
export function readersOf(state: State, scope: Scope, slot: number): readonly number[] {
  const { offsets, readers } = state.index[scope.body] ?? { offsets: [0, 0], readers: [] };
  const all = [...readers.slice(offsets[slot] ?? 0, offsets[slot + 1] ?? 0)];
  return scope.reads.size === 0 ? all : all.filter(node => scope.reads.get(node)?.has(slot) !== false);
}

/** The slots that a node reads in this scope. */
export function slotsReadBy(state: State, scope: Scope, node: number): ReadonlySet<number> {
  const body = bodyOf(state, scope);
  return scope.reads.get(node) ?? slotsBehind(body, scope.covers, readSources(body, scope.covers, node));
}

/** Ends a node: its outputs settle, its timers are forgotten, and with the last one its scope ends. */
export function endNode(
  state: State,
  scope: Scope,
  node: number,
  status: typeof COMPLETED | typeof CACHED | typeof SKIPPED | typeof FAILED | typeof SHORT_CIRCUITED,
  output: (k: number) => Value | null,
): void {
  const planned = nodeOf(state, scope, node);
  setStatus(state, scope, node, status);
  if (state.feed && (status === COMPLETED || status === CACHED)) state.feed.hasCompleted = true;
  if (status !== SHORT_CIRCUITED && isChanged(state, scope, node)) markOverridden(state, scope, node);
  scope.gathering.delete(node);
  scope.notHere.delete(node);
  scope.scoped.delete(node);
  countOpen(state, scope, node, -1);
  cancelTimersOf(state, scope.id, node);
  const outputs = outputCount(state.plan, planned);
  for (let k = 0; k < outputs; k += 1) settle(state, scope, planned.out + k, output(k));
  if (status === SHORT_CIRCUITED) scope.streams.delete(node);
  if (state.breakpoints.length > 0) {
    holdAtPorts(state, scope, node);
    holdAfter(state, scope, node);
  }
  if (scope.open === 0) state.endedScopes.push(scope);
}

/** Whether an override or an operate is in what a node reads [I13]. */
export function readsOverridden(state: State, scope: Scope, node: number): boolean {
  if (!scope.covers) return false;
  for (const { sent } of scope.covers.readers.get(node)?.values() ?? []) if (sent.kind !== 'input') return true;
  for (const slot of slotsReadBy(state, scope, node)) if (scope.overridden.has(slot)) return true;
  return readsCoveredForm(state, scope, node);
}

function readsCoveredForm(state: State, scope: Scope, node: number): boolean {
  if (!scope.covers || scope.covers.forms.size === 0) return false;
  for (const source of sourcesReadBy(state, scope, node)) {
    const kind = scope.covers.forms.get(source)?.sent.kind;
    if (kind !== undefined && kind !== 'input') return true;
  }
  return false;
}

/** What a node reads in this scope, forms included. */
export function sourcesReadBy(state: State, scope: Scope, node: number): ReadonlySet<Source> {
  const body = bodyOf(state, scope);
  return sourcesBehind(body, scope.covers, readSources(body, scope.covers, node));
}

const through = new WeakMap<object, Map<number, ReadonlySet<number>>>();

/** The nodes that read through a form, were it not for interventions. O(nodes + edges) the first time. */
export function nodesThrough(state: State, scope: Scope, form: number): ReadonlySet<number> {
  const body = bodyOf(state, scope);
  const known = through.get(body) ?? new Map<number, ReadonlySet<number>>();
  through.set(body, known);
  const found = known.get(form) ?? new Set([...body.nodes.keys()].filter(node => reads(body, node, form)));
  known.set(form, found);
  return found;
}

const reads = (body: Body, node: number, form: Source): boolean =>
  sourcesBehind(body, null, readSources(body, null, node)).has(form);

/** Whether an override or an operate is in what a node reads, or in what its scopes have given. */
const isChanged = (state: State, scope: Scope, node: number): boolean =>
  scope.scoped.get(node)?.overridden === true || readsOverridden(state, scope, node);

/** Says so of all that a node gives [I13]. */
export function markOverridden(state: State, scope: Scope, node: number): void {
  scope.covers ??= createCovers();
  const planned = nodeOf(state, scope, node);
  const outputs = outputCount(state.plan, planned);
  for (let k = 0; k < outputs; k += 1) scope.overridden.add(planned.out + k);
}
