import type { EngineEvent } from '../engine/event.js';
import type { LinkLimits } from './start.js';

/** From here on a link comes to its end: what runs gets so long to end, in milliseconds, then the next link executes it again. */
export const FULL = { events: 20_000, bytes: 20 * 1024 * 1024, within: 30_000 } as const;

/** Here a link ends at once: the server ends it without a word at 51,200 events or 50 MB. */
export const MOST = { events: 40_000, bytes: 40 * 1024 * 1024 } as const;

/**
 * Updates of one link: where streams send their items by them, it is filling up and full from so many on. From `most` on
 * those of clients are refused, who then send signals: the server takes 2,000, and a run that comes near that loses tasks.
 */
export const UPDATES = { filling: 900, full: 1200, most: 1500 } as const;

/** Counts the updates of one link, in the workflow and in the fold alike: each that was an event, once it was one. */
export class UpdateCount {
  private all = 0;
  private streams = false;

  add({ kind }: EngineEvent): void {
    this.all += 1;
    this.streams ||= kind === 'yielded';
  }

  get total(): number {
    return this.all;
  }

  /** Those that fill the link: none of a link where no stream sends items, since signals do as well. */
  get filling(): number {
    return this.streams ? this.all : 0;
  }
}

/** What the WorkflowTaskStarted event of an activation says of the history before it; `events` is its own id. */
export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
  /** Updates taken before that fill the link (`UpdateCount`). */
  readonly updates: number;
  /** The server suggests to continue as new. */
  readonly suggested: boolean;
}

/** An event of the engine, without its time. */
export type Fullness =
  { readonly kind: 'filling' } | { readonly kind: 'full'; readonly within: number } | { readonly kind: 'exhausted' };

/**
 * What the engine hears of its history before the first event of an activation, in the workflow and in the fold alike:
 * that it is filling up, that it is full, that it can't take more, or nothing.
 */
export function fullness(
  { events, bytes, updates, suggested }: HistorySize,
  limits?: LinkLimits,
): Fullness | undefined {
  if (events >= MOST.events || bytes >= MOST.bytes) return { kind: 'exhausted' };
  const { events: full, within } = limits?.full ?? FULL;
  const mostUpdates = limits?.updates ?? UPDATES.full;
  if (events >= full || bytes >= FULL.bytes || updates >= mostUpdates) return { kind: 'full', within };
  const fills = suggested || updates >= UPDATES.filling || (limits && events >= limits.events);
  return fills ? { kind: 'filling' } : undefined;
}
