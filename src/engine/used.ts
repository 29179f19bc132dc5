import { coverAt, type Cover } from '../intervention/covers.js';
import { consumedSlots, endSources } from '../intervention/need.js';
import type { Source } from '../plan/plan.js';
import { isConsumed } from './consumed.js';
import { bodyOf, SHORT_CIRCUITED } from './state.js';
import type { Scope, State } from './state.js';

/** A scope closes: what was used in it stays so. */
export function noteUsed(state: State, scope: Scope): void {
  if (!scope.covers) return;
  for (const received of state.received) {
    if (!received.used && isUsedIn(state, scope, received)) received.used = true;
  }
}

/** Whether an override or an operate is in what a scope that has ended gives [I13]. */
export function givesOverridden(state: State, scope: Scope): boolean {
  const { covers, overridden } = scope;
  if (!covers) return false;
  return [...endsOf(state, scope)].some(source => overridden.has(source) || covers.forms.has(source));
}

/** It is effective there, and a node has read it, or was not executed because of it; or it is in what the run ended with. */
export function isUsedIn(state: State, scope: Scope, { seq, target: { place } }: Cover): boolean {
  if (!scope.covers || coverAt(scope.covers, place)?.seq !== seq) return false;
  switch (place.kind) {
    case 'output': {
      if (scope.status[place.node] === SHORT_CIRCUITED) return true;
      const isApplied = scope.computed.has(place.slot) && isThere(scope, place.slot);
      return isApplied && (isConsumed(state, scope, place) || isAtEnd(state, scope, place.slot));
    }
    case 'input':
      return isConsumed(state, scope, place) || (isThere(scope, place.slot) && isAtEnd(state, scope, place.slot));
    case 'reader':
      return isConsumed(state, scope, place);
    case 'form':
      return (
        isConsumed(state, scope, place) || (scope.forms.has(place.source) && isInOutputs(state, scope, place.source))
      );
    case 'result':
      return state.ending !== null;
  }
}

const isThere = ({ slots }: Scope, slot: number): boolean => slots[slot] !== undefined && slots[slot] !== null;

/** Outputs that are final read it; or nobody does, whoever runs: it is there to be looked at. */
const isAtEnd = (state: State, scope: Scope, slot: number): boolean =>
  isInOutputs(state, scope, slot) ||
  (state.ending !== null && consumedSlots(state.plan, bodyOf(state, scope))[slot] !== 1);

/** Outputs are read when their scope ends. */
const isInOutputs = (state: State, scope: Scope, source: Source): boolean =>
  (scope.parent ? scope.open === 0 : state.ending !== null) && endsOf(state, scope).has(source);

const ends = new WeakMap<Scope, ReadonlySet<Source>>();

/** Nothing changes any more in a scope that has ended. */
function endsOf(state: State, scope: Scope): ReadonlySet<Source> {
  const found = ends.get(scope) ?? endSources(state.plan, bodyOf(state, scope), scope.covers);
  ends.set(scope, found);
  return found;
}
