import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.js';

/** With the timeouts and retries that a step has by default. */
export const { count, emit, late } = proxyActivities<typeof activities>({
  startToCloseTimeout: '1h',
  heartbeatTimeout: '5s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { maximumAttempts: 3, initialInterval: '1s', maximumInterval: '30s', backoffCoefficient: 2 },
});
