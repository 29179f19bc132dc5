import { ApplicationFailure } from '@temporalio/common';
import type { Failure } from '../engine/failure.js';
import type { RunFailureDetails, RunOutput } from '../protocol/start.js';
import type { Ending } from '../run/view.js';
import type { HistoryEvent } from './history.js';
import type { PayloadReader } from './payloads.js';

/** How a run ended, by the event that closed it: what the run said itself, or what ended it from outside. */
export async function endingOf(event: HistoryEvent, read: PayloadReader): Promise<Ending | undefined> {
  const completed = event.workflowExecutionCompletedEventAttributes;
  if (completed) {
    const output = await read.first<Partial<RunOutput> | undefined>(completed.result);
    return { outputs: {}, failures: [], abandoned: [], ...output, status: 'completed' };
  }
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) return failedEnding(await read.failure(failed.failure));
  const cancelled = event.workflowExecutionCanceledEventAttributes;
  if (cancelled) {
    const details = await read.first<RunFailureDetails | undefined>(cancelled.details);
    return ended('cancelled', { code: 'cancelled', message: 'cancelled' }, details);
  }
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated)
    return ended('failed', { code: 'terminated', message: terminated.reason || 'terminated from outside' });
  if (event.workflowExecutionTimedOutEventAttributes) {
    return ended('failed', { code: 'timeout', message: 'the time Temporal was given for the whole workflow is over' });
  }
  return undefined;
}

function failedEnding(error: Error | undefined): Ending {
  if (!(error instanceof ApplicationFailure)) {
    return ended('failed', { code: 'failed', message: error?.message ?? 'failed' });
  }
  const [details] = (error.details ?? []) as readonly (RunFailureDetails | undefined)[];
  return ended('failed', { code: error.type ?? 'failed', message: error.message }, details);
}

function ended(status: Ending['status'], error: Failure, details?: RunFailureDetails): Ending {
  return { status, error, outputs: {}, failures: [], abandoned: [], ...details };
}
