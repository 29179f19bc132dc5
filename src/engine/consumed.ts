import type { Place } from '../intervention/target.js';
import { nodesThrough, readersOf, sourcesReadBy } from './settle.js';
import { hasRead } from './state.js';
import type { Scope, State } from './state.js';

/** Whether somebody has read the port already. */
export function isConsumed(state: State, scope: Scope, place: Place): boolean {
  switch (place.kind) {
    case 'input':
    case 'output':
      return isRead(state, scope, place.slot);
    case 'reader':
      return hasRead(scope, place.node);
    case 'form':
      return [...nodesThrough(state, scope, place.source)].some(
        node => hasRead(scope, node) && sourcesReadBy(state, scope, node).has(place.source),
      );
    case 'result':
      return false;
  }
}

/** Whether a node has read a slot. */
export const isRead = (state: State, scope: Scope, slot: number): boolean =>
  readersOf(state, scope, slot).some(node => hasRead(scope, node));
