import type { Place } from '../intervention/target.js';
import type { Plan } from '../plan/plan.js';
import { behind, firstOf } from './cone.js';
import { createState } from './create-state.js';
import { createScope } from './scoped.js';

/** The nodes of the graph that follow from any of these, in plan order, whatever a run has made of them. */
export function coneOf(plan: Plan, places: readonly Place[], nodes: readonly number[] = []): readonly number[] {
  const state = createState(plan, {});
  const scope = createScope(state, 0);
  return behind(state, scope, [...nodes, ...places.flatMap(place => [...firstOf(state, scope, place)])]);
}
