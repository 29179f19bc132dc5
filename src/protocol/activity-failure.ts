/**
 * What the failure of an activity means to the engine, in the workflow and in the fold alike. It reads the SDK's failures
 * by their names and fields, since both sides make them with classes of their own from the same protobuf.
 */
import type { Failure } from '../engine/failure.js';
import type { Json } from '../value/json.js';

/** What a policy allows an attempt, in milliseconds. */
export interface ActivityLimits {
  readonly timeout: number;
  readonly heartbeat: number | false;
}

/** Of a gather and of a slice. */
export const GATHER_LIMITS: ActivityLimits = { timeout: 60_000, heartbeat: false };
/** Of a resolver and of a merge. */
export const SUPPLY_LIMITS: ActivityLimits = { timeout: 600_000, heartbeat: 5000 };

/** Of the look-up in the cache: a run does without its answer rather than wait long for it. */
export const LOOK_UP_LIMITS: ActivityLimits = { timeout: 20_000, heartbeat: false };

/** Of what a runner keeps, saves and calls: how often it is tried is each one's own. */
export const RUNNER_LIMITS: ActivityLimits = { timeout: 60_000, heartbeat: 5000 };

/** The one detail of an activity's `ApplicationFailure`: what its type, message and stack do not say. */
export interface FailureDetail {
  readonly attempt: number;
  readonly details?: Json;
  readonly cause?: Failure;
  /** `traceparent` of the attempt's span, if it had one. */
  readonly trace?: string;
}

interface TemporalFailure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: TemporalFailure;
  readonly type?: string | null;
  readonly details?: readonly unknown[] | null;
  readonly timeoutType?: string;
}

/** Undefined if the activity was cancelled: it has heard it and is gone. */
export function activityFailure(error: unknown, limits: ActivityLimits): Failure | undefined {
  const failure = error as TemporalFailure;
  const cause = failure.name === 'ActivityFailure' ? (failure.cause ?? failure) : failure;
  switch (cause.name) {
    case 'CancelledFailure':
      return undefined;
    case 'TimeoutFailure':
      return timeoutFailure(cause, limits);
    case 'ApplicationFailure':
      return applicationFailure(cause);
    default:
      return { code: 'activity_failed', message: cause.message };
  }
}

/** `traceparent` of the span of an attempt that failed, if it had one and could say so. */
export function traceOfFailed(error: unknown): string | undefined {
  const { details } = error as TemporalFailure;
  return (details?.[0] as Partial<FailureDetail> | undefined)?.trace;
}

function timeoutFailure({ timeoutType }: TemporalFailure, { timeout, heartbeat }: ActivityLimits): Failure {
  if (timeoutType !== 'HEARTBEAT') return { code: 'timeout', message: `the attempt took longer than ${timeout} ms` };
  const message =
    `no sign of life for ${heartbeat} ms: the worker is gone, or the step blocked its thread ` +
    '(a step that has to do so needs `heartbeat: false`)';
  return { code: 'heartbeat_timeout', message };
}

function applicationFailure({ type, message, stack, details }: TemporalFailure): Failure {
  const detail = details?.[0] as Partial<FailureDetail> | undefined;
  return {
    code: type ?? 'error',
    message,
    ...(detail?.attempt !== undefined && { attempt: detail.attempt }),
    ...(detail?.details !== undefined && { details: detail.details }),
    ...(detail?.cause !== undefined && { cause: detail.cause }),
    ...(stack && { stack }),
  };
}
