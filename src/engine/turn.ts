import { weight } from '../value/size.js';
import type { Value } from '../value/value.js';
import type { State } from './state.js';
import { setTimer } from './timers.js';

/** What one turn may start: a workflow task takes 4 MB of commands, and a task that fails is tried again in full. */
const MOST_PER_TURN = 200;
const MOST_WEIGHT_PER_TURN = 1_000_000;
/** A workflow task must end within seconds, whatever is in the scopes. */
const MOST_OPENED_PER_TURN = 1000;

/** Events of one moment are one turn. */
export function turnAt(state: State, at: number): void {
  state.now = at;
  if (state.turn.at !== at) state.turn = { at, started: 0, weight: 0, opened: 0, timer: state.turn.timer };
}

export function hasRoomThisTurn(state: State): boolean {
  return state.turn.started < MOST_PER_TURN && state.turn.weight < MOST_WEIGHT_PER_TURN;
}

export const hasRoomToOpen = ({ turn }: State): boolean => turn.opened < MOST_OPENED_PER_TURN;

/** Counts what a command adds to this turn. */
export function spend(state: State, inputs: Readonly<Record<string, Value>>): void {
  state.turn.started += 1;
  for (const port in inputs) state.turn.weight += weight(inputs[port] as Value);
}

/** The rest comes with the next turn, a millisecond later. */
export function nextTurn(state: State): void {
  if (state.turn.timer) return;
  state.turn.timer = true;
  setTimer(state, state.now + 1, { kind: 'turn' });
}
