import type { Scope, State } from './state.js';

/** One thing less that a node waits for. */
export function release(state: State, scope: Scope, node: number): void {
  const waits = (scope.waits[node] ?? 0) - 1;
  scope.waits[node] = waits;
  if (waits === 0) state.settled.push({ scope, node });
}

/** One thing more that a node waits for. */
export function addWait(scope: Scope, node: number): void {
  scope.waits[node] = (scope.waits[node] ?? 0) + 1;
}
