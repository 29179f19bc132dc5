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

/** How often it is asked what activities under way are doing, in milliseconds. */
const LIVE_INTERVAL = 1000;

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
  const nextLook = () => quietly(lookAtActivities(access, runId, read, fold, signal).then(pending => ({ pending })));
  try {
    let [page, look] = [nextPage(), nextLook()];
    for (;;) {
      const came = await Promise.race([page, look]);
      if ('pending' in came) {
        look = nextLook();
        yield* live.of(fold.record.view(), came.pending);
      } else {
        if (came.page.done) return;
        page = nextPage();
        await fold.take(came.page.value);
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

/** What is pending a moment from now, as soon as something is; nothing if the server does not answer. */
async function lookAtActivities(
  access: Access,
  runId: string,
  read: PayloadReader,
  fold: Fold,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Pending>> {
  do await wait(LIVE_INTERVAL, undefined, { signal });
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
