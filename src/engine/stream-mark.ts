import type { Value } from '../value/value.js';
import { settle } from './settle.js';
import type { Scope, State } from './state.js';
import { itemsSlot } from './stream-nodes.js';

/** What is in the slot of a stream's items when it has started: what reads it may start beside it. */
export const STARTED: Value = { list: [] };

/** The slot of its items says that it has started, unless interventions say what is in it. */
export function markStarted(state: State, scope: Scope, node: number): void {
  const slot = itemsSlot(state, scope, node);
  if (slot === undefined || !scope.streams.has(node) || scope.covers?.slots.has(slot)) return;
  settle(state, scope, slot, STARTED);
}
