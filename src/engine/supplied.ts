import type { Source } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import { failNode } from './fail.js';
import type { Failure } from './failure.js';
import { proceed } from './finish-node.js';
import { failInput, failPort } from './input-ports.js';
import { cancelWork } from './reopen.js';
import { settleInput } from './replan.js';
import { RUNNING, WAITING } from './state.js';
import type { Scope, State } from './state.js';
import { placeAddress, suppliedKey, takeSupply } from './supply.js';
import { release } from './waits.js';

/** A resolver or a merge has given its value: who waits for it goes on. */
export function supplied(state: State, exec: number, value: Value): void {
  const supply = takeSupply(state, exec);
  if (!supply) return;
  const { in: scope, kind, seq, place, waiters } = supply;
  const output = place.kind === 'output' ? place : undefined;
  if (output && kind === 'merge') {
    scope.finishing.get(output.node)?.merged.set(output.slot, { seq, value });
  } else scope.supplied.set(suppliedKey(kind, seq, place), value);
  if (output && scope.status[output.node] === RUNNING) proceed(state, scope, output.node);
  if (place.kind === 'input') settleInput(state, scope, place.slot, value);
  if (place.kind === 'form') settleForm(state, scope, place.source, value);
  for (const node of waiters) release(state, scope, node);
}

function settleForm(state: State, scope: Scope, source: Source, value: Value | null): void {
  scope.forms.set(source, value);
  if (scope.open === 0) state.endedScopes.push(scope);
}

/** The value can't be had: what waits for it fails [I4]. */
export function supplyFailed(state: State, exec: number, error: Failure): void {
  const supply = takeSupply(state, exec);
  if (!supply) return;
  const { in: scope, place, waiters } = supply;
  const failure = interventionFailed(placeAddress(state, scope, place), error);
  const received = state.received[supply.seq - 1];
  if (received) received.failed = failure.message;
  if (place.kind === 'output') return failOutput(state, scope, place.node, failure);
  if (place.kind === 'input') return failInput(state, scope, place.slot, failure);
  for (const node of new Set(waiters)) {
    if (state.ending) return;
    failWaiting(state, scope, node, failure);
  }
  if (place.kind !== 'form') return;
  if (waiters.length === 0) failPort(state, scope, failure);
  settleForm(state, scope, place.source, null);
}

/** After a recompute its step may be executing again: what that gives is not wanted any more. */
function failOutput(state: State, scope: Scope, node: number, failure: Failure): void {
  if (scope.status[node] !== RUNNING) return;
  cancelWork(state, scope, node);
  failNode(state, scope, node, failure);
}

/** Unless another one of its values has failed it already. */
function failWaiting(state: State, scope: Scope, node: number, failure: Failure): void {
  if (scope.status[node] === WAITING) failNode(state, scope, node, failure);
}

function interventionFailed(address: string, error: Failure): Failure {
  if (error.code === 'intervention_failed' || error.code === 'hydration_failed') return { ...error, address };
  const { code, message } = error;
  return { code: 'intervention_failed', message, address, details: { address, reason: message, code }, cause: error };
}
