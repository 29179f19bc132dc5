import type { WorkerOptions } from '@temporalio/worker';

/** Time between the signal that tells a step to stop and the end of a process that will not wait any longer. */
const FORCE_AFTER = 10_000;

/** How every worker is set up, but for where it works and at what. */
export function workerSettings(wanted: {
  readonly concurrency?: number;
  readonly shutdownGrace?: number;
}): Omit<WorkerOptions, 'taskQueue'> {
  const shutdownGraceTime = wanted.shutdownGrace ?? 30_000;
  return {
    maxConcurrentActivityTaskExecutions: wanted.concurrency ?? 100,
    shutdownGraceTime,
    shutdownForceTime: shutdownGraceTime + FORCE_AFTER,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 5 },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 5 },
    // A step hears of its cancellation with the next heartbeat that is let through.
    maxHeartbeatThrottleInterval: 200,
    defaultHeartbeatThrottleInterval: 200,
    // A run whose worker died is taken up by another one after this.
    stickyQueueScheduleToStartTimeout: 1000,
  };
}
