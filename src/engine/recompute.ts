import { outputCount, type Plan } from '../plan/plan.js';
import { createState } from './create-state.js';
import { createScope } from './scoped.js';
import type { Place } from '../intervention/target.js';
import { nodesThrough, readersOf } from './settle.js';
import { nodeOf } from './state.js';
import type { Scope, State } from './state.js';

/** The nodes of the graph that follow from any of these, in plan order, whatever a run has made of them. */
export function coneOf(plan: Plan, places: readonly Place[], nodes: readonly number[] = []): readonly number[] {
  const state = createState(plan, {});
  const scope = createScope(state, 0);
  return behind(state, scope, [...nodes, ...places.flatMap(place => [...firstOf(state, scope, place)])]);
}

/**
 * The nodes that follow from a place, in plan order: its static descendants, whatever they have made of it (engine.md §3).
 * O(nodes + edges).
 */
export const dirtyCone = (state: State, scope: Scope, place: Place): readonly number[] =>
  behind(state, scope, firstOf(state, scope, place));

/** These nodes and all that read of them. */
function behind(state: State, scope: Scope, first: Iterable<number>): readonly number[] {
  const cone = new Set(first);
  for (const node of cone) {
    const planned = nodeOf(state, scope, node);
    const count = outputCount(state.plan, planned);
    for (let k = 0; k < count; k += 1) for (const reader of readersOf(state, scope, planned.out + k)) cone.add(reader);
  }
  return [...cone].sort((a, b) => a - b);
}

function firstOf(state: State, scope: Scope, place: Place): Iterable<number> {
  switch (place.kind) {
    case 'input':
    case 'output':
      return readersOf(state, scope, place.slot);
    case 'reader':
      return [place.node];
    case 'form':
      return nodesThrough(state, scope, place.source);
    case 'result':
      return [];
  }
}
