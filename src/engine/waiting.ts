import { consumedSlots, endSources } from '../intervention/need.js';
import { bodyOf } from './state.js';
import type { Scope, State } from './state.js';

/** Slots of inputs that the run waits for and still needs. */
export function waitingInputs(state: State): readonly number[] {
  const root = state.scopes.get(0);
  if (!root || state.ending) return [];
  const { inputs, open } = state.plan;
  const needed = root.need?.slots ?? consumedSlots(state.plan, bodyOf(state, root));
  return [...inputs, ...open].flatMap((port, slot) => {
    const waits = port.awaited && root.slots[slot] === undefined && !root.covers?.slots.has(slot);
    return waits && needed[slot] === 1 ? [slot] : [];
  });
}

/** Whether an output of a body still waits for something that no node stands for: an input, or a resolver. */
export function outputsWait(state: State, scope: Scope): boolean {
  const { covers, slots, forms } = scope;
  if (!covers && (scope.parent || waitingInputs(state).length === 0)) return false;
  for (const source of endSources(state.plan, bodyOf(state, scope), covers)) {
    const isThere = source >= 0 ? slots[source] !== undefined : !covers?.forms.has(source) || forms.has(source);
    if (!isThere) return true;
  }
  return false;
}
