import type { Frame, WatchOptions } from '../run/run.js';

/** The frames of a run, kept from the first, and everybody who waits for the next. */
export class Watchers {
  private readonly frames: Frame[] = [];
  private waiting: (() => void)[] = [];

  push(frames: readonly Frame[]): void {
    if (frames.length === 0) return;
    this.frames.push(...frames);
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  /** From the beginning, or after the frame with id `from`, to the `ended` frame. */
  async *watch({ from, signal }: WatchOptions = {}): AsyncIterable<Frame> {
    let next = from === undefined ? 0 : this.frames.findIndex(frame => frame.id === from) + 1;
    while (!signal?.aborted) {
      const frame = this.frames[next];
      if (!frame) await this.nextFrame(signal);
      else {
        next += 1;
        yield frame;
        if (frame.kind === 'ended') return;
      }
    }
  }

  private nextFrame(signal: AbortSignal | undefined): Promise<void> {
    return new Promise(resolve => {
      const wake = (): void => {
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.push(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
