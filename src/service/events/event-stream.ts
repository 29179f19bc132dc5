/**
 * Frames as server-sent events.
 * 1. Nothing is asked for that the reader has not room for: a slow one costs a buffer of `ROOM` bytes and one frame.
 * 2. Whoever goes away ends the watching at once, also one that waits for its next frame.
 */
import { Readable } from 'node:stream';
import type { Frame } from '../../run/run.js';

export interface EventStreamOptions {
  /** Milliseconds of silence after which a comment says that somebody is still there. Default 15 s. */
  readonly heartbeat?: number;
}

const ROOM = 16_384;
const HEARTBEAT = 15_000;
/** Milliseconds after which a client that lost us asks again. */
const RETRY = 1_000;

/** The events of one client. `frames` ends when its signal is aborted. */
export class EventStream extends Readable {
  private readonly stop = new AbortController();
  private readonly texts: AsyncGenerator<string>;

  constructor(frames: (signal: AbortSignal) => AsyncIterable<Frame>, options: EventStreamOptions = {}) {
    super({ highWaterMark: ROOM });
    this.texts = textsOf(frames(this.stop.signal), options.heartbeat ?? HEARTBEAT);
  }

  /** Ends as if the run had: a client that reads gets a clean end, and may go on elsewhere. */
  finish(): void {
    this.stop.abort();
  }

  override _read(): void {
    this.texts.next().then(
      ({ done, value }) => this.push(done ? null : value),
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.stop.abort();
    void this.giveUp();
    done(error);
  }

  /** Whoever is gone waits for no last answer, and hears of no last failure. */
  private async giveUp(): Promise<void> {
    await this.texts.return(undefined).catch(() => undefined);
  }
}

async function* textsOf(frames: AsyncIterable<Frame>, heartbeat: number): AsyncGenerator<string> {
  // Written at once, and the headers with it.
  yield `retry: ${RETRY}\n\n`;
  const source = frames[Symbol.asyncIterator]();
  try {
    for (let next = source.next(); ;) {
      const came = await orSilence(next, heartbeat);
      if (came?.done) return;
      yield came ? textOf(came.value) : ':\n\n';
      if (came) next = source.next();
    }
  } finally {
    await source.return?.();
  }
}

/** What comes, or undefined when nothing does for so long. */
async function orSilence<T>(coming: Promise<T>, heartbeat: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>(resolve => (timer = setTimeout(() => resolve(undefined), heartbeat)));
  try {
    return await Promise.race([coming, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** JSON has no line breaks: one line of data is enough. */
function textOf(frame: Frame): string {
  const id = frame.id === undefined ? '' : `id: ${frame.id}\n`;
  return `${id}event: ${frame.kind}\ndata: ${JSON.stringify(frame)}\n\n`;
}
