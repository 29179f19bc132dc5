import { replaces, type Cover } from '../intervention/covers.js';
import { outputCount } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import { setStatus } from './changes.js';
import { failNode } from './fail.js';
import { endNode, unsettle } from './settle.js';
import { countOpen } from './stages.js';
import { CACHED, COMPLETED, FAILED, nodeOf, RUNNING, SHORT_CIRCUITED } from './state.js';
import type { Known } from './known.js';
import type { Finishing } from './received.js';
import type { Scope, State } from './state.js';
import { STARTED } from './stream-mark.js';
import { isMark, itemsSlot } from './stream-nodes.js';
import { askMerge, askResolver, payloadOf } from './supply.js';

type Outputs = readonly (Value | null)[];

/** The step of a node has ended: its outputs, as interventions leave them, settle as soon as they are all there [I3, I4]. */
export function completeNode(
  state: State,
  scope: Scope,
  node: number,
  outputs: Outputs,
  status: typeof COMPLETED | typeof CACHED,
  seen?: Known['seen'],
): void {
  if (isCovered(state, scope, node)) return finish(state, scope, node, status, outputs, seen);
  endNode(state, scope, node, status, k => givenAt(state, scope, node, k, outputs));
}

/** What the step of a node gave; as the items of a stream, that it was there. */
function givenAt(state: State, scope: Scope, node: number, k: number, outputs: Outputs): Value | null {
  const slot = nodeOf(state, scope, node).out + k;
  if (slot === itemsSlot(state, scope, node)) return isMark(state, scope, node, slot) ? STARTED : null;
  return outputs[k] ?? null;
}

/** Interventions supply all outputs of a node: it is not executed [I3]. */
export function shortCircuit(state: State, scope: Scope, node: number): void {
  finish(state, scope, node, SHORT_CIRCUITED, null);
}

/** The outputs of a node that had ended are put together again, now that something else covers them. */
export function finishAgain(state: State, scope: Scope, node: number, computed: Outputs | null): void {
  countOpen(state, scope, node, 1);
  finish(state, scope, node, computed ? doneAs(scope, node) : SHORT_CIRCUITED, computed);
}

/** The items of a stream that has failed are put together again: unlike its outputs, they were there all the same. */
export function giveItemsAgain(state: State, scope: Scope, node: number): void {
  const slot = itemsSlot(state, scope, node);
  if (slot === undefined || !scope.streams.has(node)) return;
  unsettle(state, scope, slot);
  countOpen(state, scope, node, 1);
  const count = outputCount(state.plan, nodeOf(state, scope, node));
  finish(state, scope, node, FAILED, Array<null>(count).fill(null));
}

const doneAs = (scope: Scope, node: number): Finishing['status'] => (scope.origins.has(node) ? CACHED : COMPLETED);

function finish(
  state: State,
  scope: Scope,
  node: number,
  status: Finishing['status'],
  computed: Outputs | null,
  seen: Known['seen'] = {},
): void {
  const merged: Finishing['merged'] = new Map();
  const { out } = nodeOf(state, scope, node);
  computed?.forEach((_, k) => {
    const cover = scope.covers?.slots.get(out + k);
    const value = cover && seen[cover.sent.id];
    if (value) merged.set(out + k, { seq: cover.seq, value });
  });
  setStatus(state, scope, node, RUNNING);
  scope.finishing.set(node, { status, computed, merged });
  proceed(state, scope, node);
}

/** Asks for what is still missing; with the last of it the node ends. */
export function proceed(state: State, scope: Scope, node: number): void {
  const finishing = scope.finishing.get(node);
  const planned = nodeOf(state, scope, node);
  if (!finishing) return;
  const count = outputCount(state.plan, planned);
  const values: (Value | null)[] = [];
  let complete = true;
  for (let k = 0; k < count; k += 1) {
    const value = outputOf(state, scope, node, k, finishing);
    if (scope.status[node] !== RUNNING) return;
    complete &&= value !== undefined;
    values.push(value ?? null);
  }
  if (!complete) return;
  const fresh = values.map((_, k) => scope.slots[planned.out + k] === undefined);
  scope.finishing.delete(node);
  const { computed } = finishing;
  const own = (k: number) => (computed ? givenAt(state, scope, node, k, computed) : undefined);
  values.forEach((_, k) => fresh[k] && note(scope, planned.out + k, own(k)));
  endNode(state, scope, node, finishing.status, k => values[k] ?? null);
}

function note(scope: Scope, slot: number, computed: Value | null | undefined): void {
  const cover = scope.covers?.slots.get(slot);
  if (!cover) return;
  scope.overridden.add(slot);
  if (computed !== undefined) scope.computed.set(slot, computed);
}

/** Undefined while it is on its way. One that consumers have read already stays as it is. */
function outputOf(state: State, scope: Scope, node: number, k: number, finishing: Finishing): Value | null | undefined {
  const slot = nodeOf(state, scope, node).out + k;
  const cover = scope.covers?.slots.get(slot);
  const settled = scope.slots[slot];
  if (settled !== undefined) return settled;
  const inner = finishing.computed && givenAt(state, scope, node, k, finishing.computed);
  if (!cover) return inner;
  const before = finishing.merged.get(slot);
  if (before?.seq === cover.seq) return before.value;
  const data = payloadOf(scope, cover);
  // Nothing that runs will read it: its resolver is not called [I5].
  if (data === undefined && scope.need?.slots[slot] === 0) return null;
  if (data === undefined) return void askResolver(state, scope, cover);
  return replaces(cover.sent) ? data : merge(state, scope, node, cover, inner, data);
}

function merge(state: State, scope: Scope, node: number, cover: Cover, inner: Value | null, data: Value): undefined {
  const failure = askMerge(state, scope, cover, inner, data);
  if (failure) failNode(state, scope, node, failure);
}

function isCovered(state: State, scope: Scope, node: number): boolean {
  if (!scope.covers) return false;
  const planned = nodeOf(state, scope, node);
  const count = outputCount(state.plan, planned);
  for (let k = 0; k < count; k += 1) if (scope.covers.slots.has(planned.out + k)) return true;
  return false;
}
