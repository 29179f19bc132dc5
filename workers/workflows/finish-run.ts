import { ApplicationFailure, CancelledFailure } from '@temporalio/workflow';
import type { Finish } from '../../src/engine/command.js';
import type { Failure } from '../../src/engine/failure.js';
import type { RunFailureDetails, RunOutput } from '../../src/protocol/start.js';
import { current } from './current.js';
import type { StatusMark } from './status-mark.js';

const UNKNOWN: Failure = { code: 'failed', message: 'the run failed' };

/** How the run ends in Temporal: the workflow's result, or the failure that closes it. */
export function finishRun(finish: Finish, mark: StatusMark): RunOutput {
  const { status, outputs, failures, abandoned, overridden, stopped, error = UNKNOWN } = finish;
  mark.end(finish);
  const output: RunOutput = { outputs, failures, ...(overridden && { overridden }), ...(stopped && { stopped }) };
  if (status === 'completed') return output;
  const details: RunFailureDetails = { ...output, error, abandoned };
  if (status === 'failed') throw ApplicationFailure.nonRetryable(error.message, error.code, details);
  current.cancelled = details;
  throw new CancelledFailure(error.message);
}
