import type { LiveStream } from './live-stream.js';

/** How long a stream is kept, and after how long it is asked again whether it still has to be, in milliseconds. */
const LONGEST = 600_000;
const ASKED_EVERY = 2000;

/** Whether the run that a stream belongs to still goes on. */
export type IsWanted = () => Promise<boolean>;

interface Parked {
  readonly stream: LiveStream;
  readonly isWanted: IsWanted | undefined;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly timer: NodeJS.Timeout;
}

/** Streams that wait for room, by idempotency key. Each at most 10 minutes: then it is closed. */
export class ParkedStreams {
  readonly #parked = new Map<string, Parked>();
  readonly #closing = new Set<Promise<void>>();
  #isClosed = false;

  /** Without `isWanted`, whoever ends the run closes what it has parked. */
  keep(key: string, stream: LiveStream, isWanted?: IsWanted): void {
    if (this.#isClosed) return this.#close(stream);
    const before = this.take(key);
    if (before) this.#close(before);
    const kept = { stream, isWanted, until: Date.now() + LONGEST };
    this.#parked.set(key, { ...kept, timer: this.#askLater(key, kept) });
  }

  /** Nobody is told that a run has ended whose stream is not executed at that moment. */
  #askLater(key: string, kept: Omit<Parked, 'timer'>): NodeJS.Timeout {
    const timer = setTimeout(() => void this.#ask(key, kept, timer), ASKED_EVERY);
    // What is left of a run in this process must not keep the process.
    timer.unref();
    return timer;
  }

  async #ask(key: string, kept: Omit<Parked, 'timer'>, timer: NodeJS.Timeout): Promise<void> {
    const isWanted = Date.now() < kept.until && ((await kept.isWanted?.()) ?? true);
    // It may have been taken meanwhile.
    if (this.#parked.get(key)?.timer !== timer) return;
    if (isWanted) this.#parked.set(key, { ...kept, timer: this.#askLater(key, kept) });
    else {
      this.#parked.delete(key);
      this.#close(kept.stream);
    }
  }

  /** The one that was kept under the key, which is the caller's from then on. */
  take(key: string): LiveStream | undefined {
    const parked = this.#parked.get(key);
    if (!parked) return undefined;
    clearTimeout(parked.timer);
    this.#parked.delete(key);
    return parked.stream;
  }

  /** Closes all; resolves when their generators have ended. None is kept any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const key of this.#parked.keys()) {
      const stream = this.take(key);
      if (stream) this.#close(stream);
    }
    await Promise.all(this.#closing);
  }

  #close(stream: LiveStream): void {
    const closing = stream.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
