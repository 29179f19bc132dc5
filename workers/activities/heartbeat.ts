import type { Context } from '@temporalio/activity';
import type { Progress } from '../../src/protocol/activity.js';

/** Sends signs of life by itself while a step runs, and what the step says about its progress. */
export interface Heartbeat {
  readonly progress: (done: number, total?: number) => void;
  readonly stop: () => void;
}

const INTERVAL = 1000;

/**
 * Beats every second, or three times per heartbeat timeout if that is more often; not at all where the node has no such
 * timeout (`heartbeat: false`). A cancellation is heard with a beat, so a step without one hears none.
 */
export function startHeartbeat(context: Context): Heartbeat {
  const timeout = context.info.heartbeatTimeoutMs;
  let latest: Progress | undefined;
  const beat = (): void => context.heartbeat(latest);
  const timer = timeout ? setInterval(beat, Math.min(INTERVAL, timeout / 3)) : undefined;
  return {
    progress(done, total) {
      latest = { done, ...(total !== undefined && { total }) };
      beat();
    },
    stop: () => clearInterval(timer),
  };
}
