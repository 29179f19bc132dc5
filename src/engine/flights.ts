import { setStatus } from './changes.js';
import { countIn, countOut } from './limits.js';
import { dropSlice } from './slice.js';
import { CANCELLED, QUEUED, RUNNING, WAITING } from './state.js';
import type { Flight, Scope, State } from './state.js';
import { cancelTimersOf } from './timers.js';
import { noteUsed } from './used.js';

/** Enters an execution into the books. */
export function keepFlight(state: State, exec: number, flight: Flight): void {
  state.flights.set(exec, flight);
  countIn(state, flight.limits);
  if (flight.stream) state.streaming += 1;
}

/**
 * Takes an execution out of the books. Undefined if it is not in them (any more), or if it had been cancelled: then it
 * is gone now, and whatever it says changes nothing [R6].
 */
export function land(state: State, exec: number): (Flight & { readonly in: Scope }) | undefined {
  const flight = state.flights.get(exec);
  if (!flight) return undefined;
  state.flights.delete(exec);
  countOut(state, flight.limits);
  if (flight.stream) state.streaming -= 1;
  const scope = state.scopes.get(flight.scope);
  return flight.closing || !scope ? undefined : { ...flight, in: scope };
}

/** Closes the scopes that a node has opened, and forgets them. */
export function closeScopesOf(state: State, scope: Scope, node: number): void {
  for (const inner of [...state.scopes.values()]) {
    if (inner.parent?.scope !== scope.id || inner.parent.node !== node) continue;
    closeScope(state, inner);
    state.scopes.delete(inner.id);
  }
}

/** Cancels what is on its way in a scope and in those inside it. Its nodes that have not ended are cancelled. */
export function closeScope(state: State, scope: Scope): void {
  noteUsed(state, scope);
  for (let node = 0; node < scope.status.length; node += 1) {
    const status = scope.status[node];
    if (status !== WAITING && status !== QUEUED && status !== RUNNING) continue;
    if (scope.scoped.has(node)) {
      dropSlice(state, scope, node);
      closeScopesOf(state, scope, node);
    }
    cancelTimersOf(state, scope.id, node);
    setStatus(state, scope, node, CANCELLED);
  }
  for (const [exec, flight] of state.flights) {
    if (flight.scope === scope.id) cancelFlight(state, exec);
  }
}

/** It counts until it has closed. */
export function cancelFlight(state: State, exec: number): void {
  const flight = state.flights.get(exec);
  if (!flight || flight.closing) return;
  flight.closing = true;
  state.commands.push({ kind: 'cancel', exec });
}

/** Whether nothing is on its way: no execution, no gather, no slice, no resolver and no merge. */
export const isAtRest = ({ flights, gathers, slices, supplies, unsent }: State): boolean =>
  flights.size === 0 && gathers.size === 0 && slices.size === 0 && supplies.size === unsent.size;

/** Cancels all that is on its way and keeps it in the books: whoever goes on from here does it again. */
export function leaveToSuccessor({ flights, gathers, slices, supplies, unsent, commands }: State): void {
  const sent = [...supplies.keys()].filter(exec => !unsent.has(exec));
  const all = [...flights.keys(), ...gathers.keys(), ...slices.keys(), ...sent];
  for (const exec of all) commands.push({ kind: 'cancel', exec });
}
