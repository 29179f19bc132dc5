/**
 * How the client talks to the server. A short call ends within the limit of its access, further tries included; a patient one
 * (watching, waiting for a result) outlasts a restart of the server. The SDK's own retries are switched off (connect.ts):
 * one that is pending when the connection is closed throws where nobody can catch it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import type { Access } from './access.js';
import { NotReachableError } from './not-reachable-error.js';

/** How long a patient call goes on without any answer. */
const PATIENCE = 120_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2_000;

// Numbers of gRPC: the package that names them belongs to the SDK, not to us.
const CANCELLED = 1;
const UNKNOWN = 2;
export const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
export const NOT_FOUND = 5;
const RESOURCE_EXHAUSTED = 8;
const ABORTED = 10;
const UNAVAILABLE = 14;

/** What a server says that is busy, starting or going down. */
const PASSING: ReadonlySet<number | undefined> = new Set([
  CANCELLED,
  UNKNOWN,
  RESOURCE_EXHAUSTED,
  ABORTED,
  UNAVAILABLE,
]);

/**
 * A short call, about one run or none, its failures in our words: `not_found`, `not_reachable`. It may be made more than
 * once.
 */
export async function call<T>(access: Access, request: () => Promise<T>, runId?: string): Promise<T> {
  const deadline = Date.now() + access.callLimit;
  try {
    return await insist(
      () => access.client.withDeadline(deadline, request),
      () => deadline,
    );
  } catch (error) {
    throw translated(access, error, runId);
  }
}

/** As `call`, but waits as long as it takes, and for a server that is away for up to two minutes. */
export async function callPatiently<T>(
  access: Access,
  request: () => Promise<T>,
  runId: string,
  signal?: AbortSignal,
): Promise<T> {
  let deadline: number | undefined;
  try {
    const ask = signal ? () => unlessAborted(access, signal, request) : request;
    return await insist(ask, () => (deadline ??= Date.now() + PATIENCE), signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw translated(access, error, runId);
  }
}

/** Asks again after what may pass, until the time comes that `until` says after a failure. */
async function insist<T>(request: () => Promise<T>, until: () => number, signal?: AbortSignal): Promise<T> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return await request();
    } catch (error) {
      if (signal?.aborted || !PASSING.has(grpcCode(error)) || Date.now() + pause > until()) throw error;
    }
    await wait(pause, undefined, { signal });
  }
}

/** The SDK never takes its listener off a signal again: each request gets one of its own. */
async function unlessAborted<T>(access: Access, signal: AbortSignal, request: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const own = new AbortController();
  const stop = (): void => own.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await access.client.withAbortSignal(own.signal, request);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The gRPC code of an error, whether it comes from a raw call or from the SDK's client. */
export function grpcCode(error: unknown): number | undefined {
  const inner = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(inner) ? inner.code : undefined;
}

function translated(access: Access, error: unknown, runId?: string): unknown {
  // What the SDK could not store or load on the way is no fault of the server.
  if (error instanceof ServiceError && error.cause instanceof EspalierError) return error.cause;
  const code = grpcCode(error);
  if (runId !== undefined && (error instanceof WorkflowNotFoundError || code === NOT_FOUND)) {
    return new EspalierError('not_found', `there is no run ${quote(runId)} in ${access.namespace}`, { cause: error });
  }
  const away = code !== undefined && (code === DEADLINE_EXCEEDED || PASSING.has(code));
  return away ? new NotReachableError(access.address, access.foundBy, { cause: error }) : error;
}
