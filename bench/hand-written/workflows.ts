/** The shapes as an expert would write them by hand, with the timeouts and retries that a step has by default. */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { BenchValue } from '../steps.js';
import type * as activities from './activities.js';

const { count } = proxyActivities<typeof activities>({
  startToCloseTimeout: '1h',
  heartbeatTimeout: '5s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { maximumAttempts: 3, initialInterval: '1s', maximumInterval: '30s', backoffCoefficient: 2 },
});

/** Does nothing: what a round trip costs. */
export async function nothing(): Promise<void> {}

export async function chain(length: number, value: BenchValue): Promise<BenchValue> {
  let last = value;
  for (let k = 0; k < length; k += 1) last = await count(last);
  return last;
}

/** `depth` layers of `width` steps; each reads the same place of the layer before. */
export async function layered(depth: number, width: number, value: BenchValue): Promise<BenchValue[]> {
  return Promise.all(Array.from({ length: width }, () => chain(depth, value)));
}
