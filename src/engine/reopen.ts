import { outputCount } from '../plan/plan.js';
import { cancelFlight, closeScopesOf } from './flights.js';
import { slotsReadBy, unqueue, unsettle } from './settle.js';
import { nextGeneration } from './generations.js';
import { addressOf, nodeOf, PRUNED, QUEUED, RUNNING, SHORT_CIRCUITED, WAITING } from './state.js';
import { countOpen } from './stages.js';
import type { Supply } from './received.js';
import type { Scope, State } from './state.js';
import { dropSlice } from './slice.js';
import { dropSupplies, forgetMerges } from './supply.js';
import { cancelTimersOf } from './timers.js';

/**
 * Puts a node back to the beginning: what runs for it is cancelled (its late result is dropped), and if it had been
 * started, it is so again as its next generation [R6]. Outputs that `keep` names stay as they are.
 */
export function reopen(state: State, scope: Scope, node: number, keep: (slot: number) => boolean): void {
  const status = scope.status[node];
  if (status === PRUNED || status === WAITING) return;
  if (status === QUEUED) return backToWaiting(state, scope, node);
  const started = status !== SHORT_CIRCUITED && scope.finishing.get(node)?.status !== SHORT_CIRCUITED;
  if (started) nextGeneration(state, scope, node);
  // One that has failed may have left something on its way.
  cancelWork(state, scope, node);
  if (status !== RUNNING) countOpen(state, scope, node, 1);
  forgetFailures(state, scope, node);
  scope.finishing.delete(node);
  scope.origins.delete(node);
  scope.streams.delete(node);
  const { out } = nodeOf(state, scope, node);
  const count = outputCount(state.plan, nodeOf(state, scope, node));
  for (let k = 0; k < count; k += 1) if (!keep(out + k)) unsettle(state, scope, out + k);
  backToWaiting(state, scope, node);
}

/** It is decided about again as soon as everything it reads has settled. */
export function backToWaiting(state: State, scope: Scope, node: number): void {
  unqueue(state, scope, node);
  forgetMerges(state, scope, node);
  recount(state, scope, node);
}

/** Counts anew what a node waits for. */
export function recount(state: State, scope: Scope, node: number): void {
  let waits = 0;
  for (const slot of slotsReadBy(state, scope, node)) if (scope.slots[slot] === undefined) waits += 1;
  for (const supply of state.supplies.values()) {
    if (supply.scope === scope.id) waits += supply.waiters.filter(waiter => waiter === node).length;
  }
  scope.waits[node] = waits;
  if (waits === 0 && scope.status[node] === WAITING) state.settled.push({ scope, node });
}

/** Stops what is on its way for a node that runs. */
export function cancelWork(state: State, scope: Scope, node: number): void {
  cancelTimersOf(state, scope.id, node);
  for (const [exec, flight] of state.flights) {
    if (flight.scope === scope.id && flight.node === node) cancelFlight(state, exec);
  }
  dropCalls(state, scope, node);
  if (scope.scoped.has(node)) closeScopesOf(state, scope, node);
  scope.scoped.delete(node);
  scope.gathering.delete(node);
  scope.notHere.delete(node);
}

/** Calls for a node that are no executions of it: what they still give is not wanted. */
export function dropCalls(state: State, scope: Scope, node: number): void {
  for (const [exec, part] of state.gathers) {
    if (part.scope !== scope.id || part.node !== node) continue;
    state.gathers.delete(exec);
    state.commands.push({ kind: 'cancel', exec });
  }
  state.gatherQueue = state.gatherQueue.filter(part => part.scope !== scope.id || part.node !== node);
  dropSlice(state, scope, node);
  dropSupplies(state, scope, supply => isOutputOf(supply, node) && supply.kind === 'merge');
}

const isOutputOf = ({ place }: Supply, node: number): boolean => place.kind === 'output' && place.node === node;

/** What failed at a node, or inside the scopes it opened, is done again. */
function forgetFailures(state: State, scope: Scope, node: number): void {
  const own = scope.failures.get(node);
  scope.failures.delete(node);
  if (own) forgetFailure(state, own.address ?? '');
  if (nodeOf(state, scope, node).kind !== 'scoped') return;
  const address = addressOf(state, scope, node);
  const isInside = (at = ''): boolean => at.startsWith(`${address}[`) || at.startsWith(`${address}@`);
  const kept = state.failures.filter(failure => !isInside(failure.address));
  state.failures.splice(0, state.failures.length, ...kept);
}

/** One failure is one of no more: several nodes may have failed of the same port. */
export function forgetFailure({ failures }: State, address: string): void {
  const at = failures.findIndex(failure => failure.address === address);
  if (at >= 0) failures.splice(at, 1);
}
