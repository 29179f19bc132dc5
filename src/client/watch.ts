/**
 * Frames of a run as they come. What the history says has an id and is neither missed nor repeated, whatever happens to
 * servers and workers in between; what is only known of activities under way is `live`.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Frame, WatchOptions } from '../run/run.js';
import type { Access } from './access.js';
import { readChain } from './chain.js';
import { Fold } from './fold.js';
import { isAfter, parseFrameId, type FrameId } from './frame-id.js';
import { LiveFrames } from './live-frames.js';
import { createPayloadReader, type PayloadReader } from './payloads.js';
import { pendingActivities, type Pending } from './pending.js';

/**
 * How soon it is asked what activities under way are doing, in milliseconds: soon after something has happened, and ever
 * less often while nothing does.
 */
const FIRST_LOOK = 1000;
const LONGEST_LOOK = 4000;

/** Ends after the frame `ended`, or when `signal` aborts. */
export async function* watchRun(access: Access, runId: string, options: WatchOptions = {}): AsyncGenerator<Frame> {
  const from = options.from === undefined ? undefined : parseFrameId(options.from);
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const read = createPayloadReader(access, runId);
  const fold = new Fold(runId, read);
  const live = new LiveFrames();
  const pages = readChain(access, runId, read, { from: from?.[0] ?? 0, wait: true, signal })[Symbol.asyncIterator]();
  const nextPage = () => quietly(pages.next().then(page => ({ page })));
  let pause = FIRST_LOOK;
  const nextLook = () =>
    quietly(lookAtActivities(access, runId, { read, fold, pause, signal }).then(pending => ({ pending })));
  try {
    let [page, look] = [nextPage(), nextLook()];
    for (;;) {
      const came = await Promise.race([page, look]);
      if ('pending' in came) {
        const frames = live.of(fold.record.view(), came.pending, fold.latest?.argument.trace);
        pause = frames.length > 0 ? FIRST_LOOK : Math.min(2 * pause, LONGEST_LOOK);
        look = nextLook();
        yield* frames;
      } else {
        if (came.page.done) return;
        page = nextPage();
        await fold.take(came.page.value);
        if (came.page.value.length > 0) pause = FIRST_LOOK;
        for (const frame of framesAfter(fold.record.takeFrames(), from)) {
          options.signal?.throwIfAborted();
          yield frame;
        }
      }
    }
  } catch (error) {
    if (!options.signal?.aborted) throw error;
  } finally {
    stop.abort();
  }
}

interface Look {
  readonly read: PayloadReader;
  readonly fold: Fold;
  readonly pause: number;
  readonly signal: AbortSignal;
}

/** What is pending a moment from now, as soon as something is; nothing if the server does not answer. */
async function lookAtActivities(
  access: Access,
  runId: string,
  { read, fold, pause, signal }: Look,
): Promise<ReadonlyMap<string, Pending>> {
  do await wait(pause, undefined, { signal });
  while (!fold.begun || !fold.record.view().nodes.some(node => node.state === 'running'));
  return pendingActivities(access, runId, read).catch(() => new Map<string, Pending>());
}

function framesAfter(frames: readonly Frame[], from: FrameId | undefined): readonly Frame[] {
  return from ? frames.filter(({ id }) => id !== undefined && isAfter(parseFrameId(id), from)) : frames;
}

/** Who stops watching leaves promises behind that will fail: nobody waits for them any more. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
