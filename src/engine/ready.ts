import { isStream } from '../plan/plan.js';
import type { ReadyQueue } from './ready-queue.js';
import { nodeOf } from './state.js';
import type { Scope, State } from './state.js';

/** Where a node waits for its start: streams by themselves, since they have room of their own. */
export function queueOf(state: State, scope: Scope, node: number): ReadyQueue {
  const planned = nodeOf(state, scope, node);
  if (planned.kind !== 'step') return state.idle;
  return isStream(state.plan, planned) ? state.readyStreams : state.ready;
}

/** The same of a node by numbers. That of a scope that is gone comes up, so that the room it was given is passed on. */
export function pushReady(state: State, id: number, node: number): void {
  const scope = state.scopes.get(id);
  (scope ? queueOf(state, scope, node) : state.ready).push(id, node);
}
