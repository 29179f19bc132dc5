import type { LinkLimits } from './start.js';

/** From here on a run fails with `history_limit`, or a runner's continues as new at once: the server ends it without a word. */
export const MOST_EVENTS = 40_000;
export const MOST_BYTES = 40 * 1024 * 1024;

/** What the WorkflowTaskStarted event of an activation says of the history before it; `events` is its own id. */
export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
  /** The server suggests to continue as new. */
  readonly suggested: boolean;
}

/**
 * What the engine hears of its history before the first event of an activation, in the workflow and in the fold alike:
 * that it is filling up, that it is full (the server takes 51,200 events and 50 MB), or nothing.
 */
export function fullness(
  { events, bytes, suggested }: HistorySize,
  limits?: LinkLimits,
): 'filling' | 'exhausted' | undefined {
  if (events >= MOST_EVENTS || bytes >= MOST_BYTES) return 'exhausted';
  return suggested || (limits && events >= limits.events) ? 'filling' : undefined;
}
