import type { Place } from '../intervention/target.js';
import { outputCount } from '../plan/plan.js';
import { nodesThrough, readersOf } from './settle.js';
import { nodeOf } from './state.js';
import type { Scope, State } from './state.js';
import { streamReadBy } from './stream-nodes.js';

/**
 * The nodes that follow from a place, in plan order: its static descendants, whatever they have made of it (engine.md §3).
 * O(nodes + edges).
 */
export const dirtyCone = (state: State, scope: Scope, place: Place): readonly number[] =>
  behind(state, scope, firstOf(state, scope, place));

/** A node and its static descendants. */
export const coneBehind = (state: State, scope: Scope, node: number): readonly number[] => behind(state, scope, [node]);

/** These nodes and all that read of them. What reads a stream has its items from nowhere else: that is among them, too. */
export function behind(state: State, scope: Scope, first: Iterable<number>): readonly number[] {
  const cone = new Set(first);
  for (const node of cone) {
    const planned = nodeOf(state, scope, node);
    const count = outputCount(state.plan, planned);
    for (let k = 0; k < count; k += 1) for (const reader of readersOf(state, scope, planned.out + k)) cone.add(reader);
    const stream = streamReadBy(state, scope, node);
    if (stream !== undefined) cone.add(stream);
  }
  return [...cone].sort((a, b) => a - b);
}

export function firstOf(state: State, scope: Scope, place: Place): Iterable<number> {
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
