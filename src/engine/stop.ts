import { checkpoint, isTending, tell } from './feed-calls.js';
import type { Stopping } from './event.js';
import { isAtRest, leaveToSuccessor } from './flights.js';
import { cancelTimer, setTimer } from './timers.js';
import type { Snapshot } from './snapshot.js';
import type { State } from './state.js';

/** How long what runs gets to end when a runner's run is stopped, in milliseconds, unless the run says otherwise. */
const STOP_GRACE = 15_000;

/** Stops a runner's run: it takes no more inputs and starts nothing; it ends when it has come to rest and is saved. */
export function stopFeed(state: State, { persist }: Stopping): void {
  if (!state.feed || state.stopping || state.ending) return;
  const timer = setTimer(state, state.now + (state.options.cancelGrace ?? STOP_GRACE), { kind: 'stop' });
  state.stopping = { persist, timer, saving: null, saved: 0 };
  tell(state, { kind: 'stop' });
}

/** The grace is over: what still runs is cancelled, and is done again by who resumes. */
export function stopWaiting(state: State): void {
  if (!state.stopping) return;
  leaveToSuccessor(state);
  save(state);
}

/** Ends the run once nothing is on its way any more and what was to be saved is saved. */
export function stopWhenQuiet(state: State): void {
  const { stopping } = state;
  // What has not begun can't be gone on with.
  if (!stopping || !state.scopes.has(0) || state.over || state.ending || stopping.saving !== null) return;
  if (isAtRest(state) && !isTending(state)) save(state);
}

function save(state: State): void {
  const { stopping } = state;
  if (!stopping || stopping.saving !== null) return;
  cancelTimer(state, stopping.timer);
  if (!stopping.persist) return end(state);
  state.stopping = { ...stopping, saving: checkpoint(state, 'stop'), saved: state.feed?.accepted ?? 0 };
}

/** The state is saved, or can't be. True if it was that. What was taken meanwhile is not in it: it is saved once more. */
export function saved(state: State, exec: number): boolean {
  const { stopping, feed } = state;
  if (stopping?.saving !== exec) return false;
  if (state.ending) return true;
  if (feed && feed.accepted > stopping.saved) {
    state.stopping = { ...stopping, saving: null };
    save(state);
  } else end(state);
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
 * A state as who resumes at `now` begins with it: it is not being stopped any more, also not for what is asked before it
 * goes on, and the time that it was not there counts for no node's deadline. What was asked to stop between two links
 * still is.
 */
export function resumable(snapshot: Snapshot, now: number): Snapshot {
  const { stopping, ...rest } = snapshot;
  const away = Math.max(0, now - snapshot.turn.at);
  const timers = snapshot.timers.map(
    ([timer, at, purpose]) => [timer, purpose.kind === 'deadline' ? at + away : at, purpose] as const,
  );
  // As between two links: what comes before it goes on starts nothing.
  const over = snapshot.over || snapshot.ending === null;
  if (!stopping || snapshot.over) return { ...snapshot, over, timers };
  return { ...rest, over, timers: timers.filter(([timer]) => timer !== stopping.timer) };
}
