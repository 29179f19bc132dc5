import { checkpoint, isTending, tell } from './feed-calls.js';
import type { Stopping } from './event.js';
import { cancelTimer, setTimer } from './timers.js';
import type { Snapshot } from './snapshot.js';
import type { State } from './state.js';

/** How long what runs gets to end when a runner's run is stopped, in milliseconds, unless the run says otherwise. */
const STOP_GRACE = 15_000;

/** Stops a runner's run: it takes no more inputs and starts nothing; it ends when it has come to rest and is saved. */
export function stopFeed(state: State, { persist }: Stopping): void {
  if (!state.feed || state.stopping || state.ending) return;
  const timer = setTimer(state, state.now + (state.options.cancelGrace ?? STOP_GRACE), { kind: 'stop' });
  state.stopping = { persist, timer, saving: null };
  tell(state, { kind: 'stop' });
}

/** The grace is over: what still runs is cancelled, and is done again by who resumes. */
export function stopWaiting(state: State): void {
  if (!state.stopping) return;
  for (const exec of [...state.flights.keys(), ...state.gathers.keys(), ...state.supplies.keys()]) {
    state.commands.push({ kind: 'cancel', exec });
  }
  save(state);
}

/** Ends the run once nothing is on its way any more and what was to be saved is saved. */
export function stopWhenQuiet(state: State): void {
  const { stopping } = state;
  if (!stopping || state.over || state.ending || stopping.saving !== null) return;
  const supplying = state.supplies.size - state.unsent.size;
  if (state.flights.size === 0 && state.gathers.size === 0 && supplying === 0 && !isTending(state)) save(state);
}

function save(state: State): void {
  const { stopping } = state;
  if (!stopping || stopping.saving !== null) return;
  cancelTimer(state, stopping.timer);
  if (!stopping.persist) return end(state);
  state.stopping = { ...stopping, saving: checkpoint(state, 'stop') };
}

/** The state is saved (or was not to be). True if it was that. */
export function saved(state: State, exec: number): boolean {
  if (state.stopping?.saving !== exec) return false;
  if (!state.ending) end(state);
  return true;
}

/** The state is being saved to be resumed from: what happens from now on would be lost, or happens again then. */
export const isSaving = ({ stopping, ending }: State): boolean =>
  ending === null && stopping !== null && stopping.saving !== null;

function end(state: State): void {
  for (const timer of [...state.timers.keys()]) cancelTimer(state, timer);
  state.ending = { status: 'completed' };
  state.over = true;
  const { failures } = state;
  state.commands.push({ kind: 'finish', status: 'completed', outputs: {}, failures, abandoned: [], stopped: true });
}

/**
 * A state as who resumes begins with it: it is not being stopped any more, also not for what is asked before it goes on.
 * What was asked to stop between two links still is.
 */
export function resumable(snapshot: Snapshot): Snapshot {
  const { stopping, ...rest } = snapshot;
  if (!stopping || snapshot.over) return snapshot;
  return { ...rest, timers: snapshot.timers.filter(([timer]) => timer !== stopping.timer) };
}
