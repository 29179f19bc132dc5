import { setTimeout as wait } from 'node:timers/promises';
import { EspalierError } from '../../value/espalier-error.js';

/** How long it is tried again while nothing answers, in milliseconds: as long as the Temporal client does. */
const PATIENCE = 120_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2_000;

/** Trying again what failed because nobody answered: pauses that grow, for two minutes without any sign of life. */
export class Patience {
  private pause = FIRST_PAUSE;
  private until: number | undefined;

  constructor(private readonly signal: AbortSignal | undefined) {}

  /** There was an answer. */
  heard(): void {
    this.pause = FIRST_PAUSE;
    this.until = undefined;
  }

  /** Waits before the next attempt; throws the error if it does not pass by itself, or has not for too long. */
  async after(error: unknown): Promise<void> {
    this.until ??= Date.now() + PATIENCE;
    if (this.signal?.aborted || !isPassing(error) || Date.now() + this.pause > this.until) throw error;
    try {
      await wait(this.pause, undefined, this.signal && { signal: this.signal });
    } catch {
      // An abort ends the waiting; whoever asks again then hears of it.
    }
    this.pause = Math.min(2 * this.pause, LONGEST_PAUSE);
  }
}

const PASSING: ReadonlySet<string> = new Set(['not_reachable', 'database_busy', 'database_unavailable']);

const isPassing = (error: unknown): boolean => error instanceof EspalierError && PASSING.has(error.code);
