import { setGeneration } from './changes.js';
import { generationOf } from './state.js';
import type { Scope, State } from './state.js';

/** The highest generation of nodes of a scope. */
export const highestIn = ({ base, generations }: Scope): number => Math.max(base, ...generations.values());

/** The highest generation of a node, and of all in the scopes that it has opened. */
function highestOf(state: State, scope: Scope, node: number): number {
  let highest = Math.max(generationOf(scope, node), scope.scoped.get(node)?.highest ?? 0);
  if (!scope.scoped.has(node)) return highest;
  for (const inner of state.scopes.values()) {
    if (inner.parent?.scope !== scope.id || inner.parent.node !== node) continue;
    highest = Math.max(highest, highestIn(inner));
    for (const deeper of inner.scoped.keys()) highest = Math.max(highest, highestOf(state, inner, deeper));
  }
  return highest;
}

/** A node that has opened scopes ends: their generations are never used again, should it open some once more [R6]. */
export function keepHighest(state: State, scope: Scope, node: number): void {
  const highest = highestOf(state, scope, node);
  if (highest > generationOf(scope, node)) setGeneration(state, scope, node, highest);
}

/** What is executed for a node from now on is another execution, whatever becomes of the ones before [R6]. */
export function nextGeneration(state: State, scope: Scope, node: number): void {
  setGeneration(state, scope, node, highestOf(state, scope, node) + 1);
}
