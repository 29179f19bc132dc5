import { ApplicationFailure, CancelledFailure } from '@temporalio/workflow';
import type { Finish } from '../../src/engine/command.js';
import type { Failure } from '../../src/engine/failure.js';
import type { RunFailureDetails, RunOutput } from '../../src/protocol/start.js';
import { current } from './current.js';
import type { StatusMark } from './status-mark.js';

const UNKNOWN: Failure = { code: 'failed', message: 'the run failed' };

/** How the run ends in Temporal: the workflow's result, or the failure that closes it. */
export function finishRun(finish: Finish, mark: StatusMark): RunOutput {
  const { status, outputs, failures, abandoned, error = UNKNOWN } = finish;
  mark.end(status, failures.length > 0);
  if (status === 'completed') return { outputs, failures };
  const details: RunFailureDetails = { outputs, failures, error, abandoned };
  if (status === 'failed') throw ApplicationFailure.nonRetryable(error.message, error.code, details);
  current.cancelled = details;
  throw new CancelledFailure(error.message);
}
