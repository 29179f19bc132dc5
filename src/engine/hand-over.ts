import { setGeneration } from './changes.js';
import { isTending } from './feed-calls.js';
import { isAtRest, leaveToSuccessor } from './flights.js';
import { stopLooking } from './forget-known.js';
import { releaseLimits, requeue } from './limits.js';
import { generationOf, RUNNING } from './state.js';
import type { State } from './state.js';
import { askAgain } from './slice.js';
import { isSaving } from './stop.js';
import { cancelTimer, setTimer, timerCommand } from './timers.js';

/** A drain begins only when nothing in flight is older than this, and lasts no longer: work goes on before the record ends. */
const QUIET = 10_000;

/**
 * Where the driver's record is filling up: once nothing old is in flight nothing more is started; once nothing at all is,
 * the snapshot is handed over. A drain that takes too long is given up, and begins again when it is quiet.
 */
export function drainWhenQuiet(state: State): void {
  if (!state.scopes.has(0)) return;
  if (!state.filling || state.ending || state.over || state.lookUp !== null || state.stopping) return;
  if (isAtRest(state) && !isTending(state)) return handOver(state);
  if (state.drain !== null) return;
  for (const flight of state.flights.values()) if (state.now - flight.since >= QUIET) return;
  state.drain = setTimer(state, state.now + QUIET, { kind: 'drain' });
}

/** The record is full: nothing more is started, and what runs gets so many milliseconds to end. */
export function drainWithin(state: State, within: number): void {
  if (!state.scopes.has(0) || state.ending || state.over || state.full) return;
  state.filling = true;
  state.full = true;
  if (state.drain !== null) cancelTimer(state, state.drain);
  state.drain = setTimer(state, state.now + within, { kind: 'drain' });
}

/** The time to come to rest is over: it is tried again later, unless the record is full. */
export function endDrain(state: State): void {
  state.drain = null;
  if (state.full) handOverNow(state);
}

/** What is in flight is cancelled, and the successor executes it again. A state that is just being saved for good is waited for. */
export function handOverNow(state: State): void {
  if (!state.scopes.has(0) || state.ending || isSaving(state)) return;
  leaveToSuccessor(state);
  handOver(state);
}

function handOver(state: State): void {
  if (state.drain !== null) cancelTimer(state, state.drain);
  state.drain = null;
  state.filling = false;
  state.full = false;
  state.over = true;
  state.commands.push({ kind: 'handOver' });
}

/** Calls that were on their way are not waited for: what was to be kept is kept again. */
function resumeFeed(state: State): void {
  if (!state.feed) return;
  state.feed.calls.clear();
  state.feed.keeping = null;
}

/** Another driver goes on: it knows no timers yet, and of what was in flight only that it may have to be done again. */
export function continueRun(state: State): void {
  resumeFeed(state);
  state.over &&= state.ending !== null;
  state.filling = false;
  state.full = false;
  if (state.drain !== null) state.timers.delete(state.drain);
  state.drain = null;
  // Nobody waits for the answer any more: each node looks for itself.
  if (state.lookUp !== null) stopLooking(state);
  for (const [timer, { at, purpose }] of state.timers) state.commands.push(timerCommand(state, timer, at, purpose));
  state.gatherQueue.push(...state.gathers.values());
  state.gathers.clear();
  askAgain(state);
  // In the order in which they were asked for, as a restored engine has them.
  state.unsent.clear();
  for (const exec of state.supplies.keys()) state.unsent.add(exec);
  const root = state.scopes.get(0);
  if (root?.open === 0) state.endedScopes.push(root);
  releaseLimits(state);
  for (const flight of state.flights.values()) {
    const scope = state.scopes.get(flight.scope);
    if (flight.closing || scope?.status[flight.node] !== RUNNING) continue;
    setGeneration(state, scope, flight.node, generationOf(scope, flight.node) + 1);
    requeue(state, scope, flight.node);
  }
  state.flights.clear();
  state.streaming = 0;
}
