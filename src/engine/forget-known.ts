import type { Place } from '../intervention/target.js';
import { coneBehind, dirtyCone } from './cone.js';
import { addressOf, WAITING } from './state.js';
import type { Scope, State } from './state.js';

/** Nobody waits for the answer any more. What nothing was decided about comes up in plan order, as in a restored engine. */
export function stopLooking(state: State): void {
  state.lookUp = null;
  state.settled.clear();
  for (const scope of state.scopes.values()) {
    scope.status.forEach((status, node) => {
      if (status === WAITING && scope.waits[node] === 0) state.settled.push({ scope, node });
    });
  }
}

/** A port has changed: what follows from it is not known any more. */
export function forgetBehind(state: State, scope: Scope, place: Place): void {
  if (state.lookUp !== null) {
    // What the cache is going to say is of a run without the change.
    state.commands.push({ kind: 'cancel', exec: state.lookUp });
    stopLooking(state);
  }
  if (state.known.size > 0) forgetNodes(state, scope, dirtyCone(state, scope, place));
}

/** A node has failed that was to give what nodes behind it are known by. */
export function forgetBehindFailed(state: State, scope: Scope, node: number): void {
  if (state.known.size > 0) forgetNodes(state, scope, coneBehind(state, scope, node));
}

function forgetNodes(state: State, scope: Scope, nodes: readonly number[]): void {
  for (const node of nodes) state.known.delete(addressOf(state, scope, node));
}
