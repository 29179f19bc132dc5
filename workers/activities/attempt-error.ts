import { CancelledFailure, type Context } from '@temporalio/activity';
import { isWaitedFor } from '../../src/engine/waited-for.js';
import { toFailure } from '../../src/step/to-failure.js';
import { toApplicationFailure, type AttemptFailure } from './application-failure.js';

const STOPPED = {
  failure: { code: 'worker_shutdown', message: 'the worker stopped before the attempt ended' },
  retryable: true,
} as const;

/** What the attempt fails with: as cancelled if the run no longer wants its result, whatever the user's code made of that. */
export function attemptError(
  error: unknown,
  context: Context,
  more: Pick<AttemptFailure, 'retry' | 'trace'> = {},
): Error {
  const { cancellationSignal: signal, cancellationDetails, info } = context;
  if (signal.aborted && !cancellationDetails?.workerShutdown) return new CancelledFailure('cancelled');
  const { failure, retryable: mayHelp } = signal.aborted ? STOPPED : toFailure(error);
  // The engine's to try again: here each time would count.
  const retryable = mayHelp && !isWaitedFor(failure);
  return toApplicationFailure({ failure, retryable, attempt: info.attempt, ...more });
}
