import { outputCount, outputNames } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import { setStatus } from './changes.js';
import { isRead } from './consumed.js';
import { stopRun } from './ending.js';
import type { Failure } from './failure.js';
import { tell } from './feed-calls.js';
import { closeScopesOf } from './flights.js';
import { keepHighest } from './generations.js';
import { forgetBehindFailed } from './forget-known.js';
import { dropCalls } from './reopen.js';
import { dropSlice } from './slice.js';
import { endNode, unsettle } from './settle.js';
import { addressOf, FAILED, nodeOf } from './state.js';
import type { Scope, State } from './state.js';
import { endStream } from './stream-end.js';
import { isMark } from './stream-nodes.js';

/** The node has failed for good: what that means is its own `onFailure`, then that of what is around it. */
export function failNode(state: State, scope: Scope, node: number, error: Failure): void {
  const planned = nodeOf(state, scope, node);
  const failure: Failure = { ...error, address: error.address ?? addressOf(state, scope, node) };
  const own = planned.kind === 'step' ? state.plan.policies[planned.policy]?.onFailure : undefined;
  scope.failures.set(node, failure);
  state.failures.push(failure);
  tell(state, { kind: 'failed', failure });
  dropCalls(state, scope, node);
  takeBack(state, scope, node);
  forgetBehindFailed(state, scope, node);
  if (own === 'skip') return endFailed(state, scope, node, () => null);
  if (typeof own === 'object') {
    const names = outputNames(state.plan, planned);
    return endFailed(state, scope, node, k => own.fallback[names[k] ?? ''] ?? null);
  }
  failUpwards(state, scope, node, failure);
}

/** The rest goes on. */
function endFailed(state: State, scope: Scope, node: number, output: (k: number) => Value | null): void {
  endNode(state, scope, node, FAILED, output);
  endStream(state, scope, node, 'failed');
}

/** A node that opens scopes fails of itself: those that are open are closed. */
export function failScoped(state: State, scope: Scope, node: number, error: Failure): void {
  keepHighest(state, scope, node);
  closeScopesOf(state, scope, node);
  failNode(state, scope, node, error);
}

/** A node that had ended fails when its outputs are put together anew: what nobody has read of them is not there. */
function takeBack(state: State, scope: Scope, node: number): void {
  const planned = nodeOf(state, scope, node);
  const count = outputCount(state.plan, planned);
  for (let k = 0; k < count; k += 1) {
    const slot = planned.out + k;
    const isStarted = scope.streams.has(node) && isMark(state, scope, node, slot);
    if (scope.slots[slot] !== undefined && !isStarted && !isRead(state, scope, slot)) unsettle(state, scope, slot);
  }
}

/** A failure goes to the policy around the node: a scoped node's, or the run's. */
function failUpwards(state: State, scope: Scope, node: number, failure: Failure): void {
  const around = scope.parent ? state.scopes.get(scope.parent.scope) : undefined;
  const policy = scope.parent && around ? nodeOf(state, around, scope.parent.node) : undefined;
  const onFailure = policy?.kind === 'scoped' ? policy.onFailure : (state.options.onFailure ?? state.plan.onFailure);
  if (onFailure === 'continue') return endFailed(state, scope, node, () => null);
  setStatus(state, scope, node, FAILED);
  if (scope.parent && around) stopScoped(state, around, scope.parent.node, failure);
  else stopRun(state, { status: 'failed', error: failure });
}

/** A failure stops a scoped node: its scopes are closed, and the failure goes on to what is around it. */
function stopScoped(state: State, scope: Scope, node: number, failure: Failure): void {
  keepHighest(state, scope, node);
  dropSlice(state, scope, node);
  closeScopesOf(state, scope, node);
  scope.failures.set(node, failure);
  failUpwards(state, scope, node, failure);
}
