import type { LinkLimits } from './start.js';

/** From here on a run fails with `history_limit`: the server ends it without a word at 51,200 events. */
export const MOST_EVENTS = 40_000;

/**
 * What the engine hears of its history before the first event of an activation, in the workflow and in the fold alike:
 * that it is filling up, that it is full, or nothing. `events` is the id of the activation's WorkflowTaskStarted,
 * `suggested` what that event says about continuing as new.
 */
export function fullness(events: number, suggested: boolean, limits?: LinkLimits): 'filling' | 'exhausted' | undefined {
  if (events >= MOST_EVENTS) return 'exhausted';
  return suggested || (limits && events >= limits.events) ? 'filling' : undefined;
}
