import type { Frame, Run, WatchOptions } from './run.js';

const REASON = 'nobody watches it any more';

/** The frames of a run; who leaves them before it has ended cancels it, if that was asked for. */
export async function* detachable(
  frames: AsyncIterable<Frame>,
  { cancelOnDetach = false }: WatchOptions = {},
  cancel: Run<unknown>['cancel'],
): AsyncGenerator<Frame> {
  let hasEnded = false;
  try {
    for await (const frame of frames) {
      hasEnded = frame.kind === 'ended';
      yield frame;
    }
  } finally {
    if (cancelOnDetach && !hasEnded) await cancel(REASON);
  }
}
