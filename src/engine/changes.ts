/**
 * Which nodes an event has changed. What they were before is noted where it changes, and forgotten with the next event: so it
 * costs what has changed, however many scopes are open, and a driver that never asks keeps nothing.
 */
import { generationOf, nodeKey, type Scope, type State } from './state.js';

/** A node whose status or generation was set in this event, and what both were before that. */
export interface Touched {
  readonly scope: Scope;
  readonly node: number;
  readonly before: number;
}

/** Every status is set by this; `status` is a number of `NODE_STATUSES`. */
export function setStatus(state: State, scope: Scope, node: number, status: number): void {
  touch(state, scope, node);
  scope.status[node] = status;
}

/** Every generation is set by this. */
export function setGeneration(state: State, scope: Scope, node: number, generation: number): void {
  touch(state, scope, node);
  scope.generations.set(node, generation);
}

/**
 * The nodes that the last event has changed, once. First those of scopes that have closed, the innermost first; then in scope
 * order. Within one in plan order.
 */
export function takeChanged(state: State): readonly Touched[] {
  const changed = [...state.touched.values()].filter(({ scope, node, before }) => numberOf(scope, node) !== before);
  state.touched.clear();
  const placeOf = ({ id }: Scope): number => (state.scopes.has(id) ? id : -1 - id);
  return changed.toSorted((a, b) => placeOf(a.scope) - placeOf(b.scope) || a.node - b.node);
}

function touch(state: State, scope: Scope, node: number): void {
  const key = nodeKey(scope.id, node);
  if (!state.touched.has(key)) state.touched.set(key, { scope, node, before: numberOf(scope, node) });
}

/** Status and generation in one. */
const numberOf = (scope: Scope, node: number): number => generationOf(scope, node) * 16 + (scope.status[node] ?? 0);
