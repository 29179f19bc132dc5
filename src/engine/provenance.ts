import { coverAt } from '../intervention/covers.js';
import { INPUT, type Effect } from '../intervention/intervention.js';
import type { InterventionState } from './engine.js';
import { scopesOf } from './cover.js';
import type { Received } from './received.js';
import type { State } from './state.js';
import { isUsedIn } from './used.js';

/** Every intervention that came, and what came of it, in the order in which it did; refused ones last. */
export function interventionsOf(state: State): readonly InterventionState[] {
  const taken = state.received.map(received => {
    const [effect, why] = effectOf(state, received);
    const { seq, sent, at, outcome, withdrawn } = received;
    return {
      ...sent,
      seq,
      receivedAt: at,
      outcome,
      effect,
      ...(why !== undefined && { why }),
      ...(withdrawn && { withdrawn }),
    };
  });
  const refused = state.refused.map(({ sent, at, refused: failure }, k) => {
    const seq = state.received.length + k + 1;
    return { ...sent, seq, receivedAt: at, effect: 'not-used' as const, why: failure.message, refused: failure };
  });
  return [...taken, ...refused];
}

/** Whether an override or an operate has been used. */
export const isOverridden = (state: State): boolean =>
  state.received.some(received => received.sent.kind !== INPUT && effectOf(state, received)[0] === 'used');

function effectOf(state: State, received: Received): readonly [effect: Effect, why?: string] {
  if (received.why !== undefined) return ['not-used', received.why];
  if (received.withdrawn) return ['not-used', 'it was withdrawn'];
  if (received.outcome === 'too-late') return ['not-used', 'it came too late: the port had been read'];
  if (received.failed !== undefined) return ['not-used', `it failed: ${received.failed}`];
  const scopes = scopesOf(state, received);
  if (received.used || scopes.some(scope => isUsedIn(state, scope, received))) return ['used'];
  const { place } = received.target;
  const isEffective = scopes.some(({ covers }) => covers && coverAt(covers, place)?.seq === received.seq);
  if (scopes.length > 0 && !isEffective) return ['superseded'];
  return state.ending ? ['not-used', 'the run ended before anything read it'] : ['pending'];
}
