import { ApplicationFailure } from '@temporalio/activity';
import type { Failure } from '../../src/engine/failure.js';
import { nextDelay } from '../../src/engine/retry.js';
import type { PlanRetry } from '../../src/plan/plan.js';
import type { FailureDetail } from '../../src/protocol/activity-failure.js';

/** What an attempt ended with, and what comes next. */
export interface AttemptFailure {
  readonly failure: Failure;
  readonly retryable: boolean;
  readonly attempt: number;
  /** Where Temporal's policy cannot say the next delay, what says it. */
  readonly retry?: PlanRetry;
  /** `traceparent` of the attempt's span. */
  readonly trace?: string | undefined;
}

/** The failure as Temporal keeps it: the code as its type, the rest where `activityFailure` of the protocol reads it. */
export function toApplicationFailure({
  failure,
  retryable,
  attempt,
  retry,
  trace,
}: AttemptFailure): ApplicationFailure {
  const { code, message, stack = '', details, cause } = failure;
  const delay = retry && retryable ? nextDelay(retry, attempt, code, Math.random) : undefined;
  const detail: FailureDetail = {
    attempt,
    ...(details !== undefined && { details }),
    ...(cause !== undefined && { cause }),
    ...(trace !== undefined && { trace }),
  };
  const thrown = ApplicationFailure.create({
    message,
    type: code,
    nonRetryable: !retryable,
    details: [detail],
    ...(delay !== undefined && { nextRetryDelay: Math.max(1, delay) }),
  });
  // The stack of the step's error, not of this line.
  thrown.stack = stack;
  return thrown;
}
