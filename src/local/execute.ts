import type { Failure } from '../engine/failure.js';
import type { Origin } from '../engine/known.js';
import { nextDelay } from '../engine/retry.js';
import { isWaitedFor } from '../engine/waited-for.js';
import type { PlanPolicy } from '../plan/plan.js';
import { toFailure } from '../step/to-failure.js';
import type { Value } from '../value/value.js';
import { callAt } from './clock.js';

export type Outcome = Ended | { readonly kind: 'failed'; readonly error: Failure };

/** How an attempt ended that did not fail. */
export type Ended =
  | {
      readonly kind: 'completed';
      readonly outputs: Readonly<Record<string, Value>>;
      /** Who has computed it, if that was before. */
      readonly from?: Origin;
      /** Of a stream: its items. */
      readonly count?: number;
    }
  /** Of a stream: it waits for room. */
  | { readonly kind: 'parked' }
  /** It was cancelled, and is gone. */
  | { readonly kind: 'closed' };

/** One attempt; the signal says that its result is no longer wanted, or that its time is over. */
export type Attempt = (attempt: number, signal: AbortSignal) => Promise<Ended>;

/** All attempts of one execution, as its policy says. Never rejects. */
export async function execute(policy: PlanPolicy, cancelled: AbortSignal, attempt: Attempt): Promise<Outcome> {
  for (let number = 1; ; number += 1) {
    try {
      return await within(policy.timeout, cancelled, signal => attempt(number, signal));
    } catch (error) {
      if (cancelled.aborted) return { kind: 'closed' };
      const { failure, retryable } = failureOf(error, policy);
      const delay =
        retryable && !isWaitedFor(failure) ? nextDelay(policy.retry, number, failure.code, Math.random) : undefined;
      if (delay === undefined) return { kind: 'failed', error: { ...failure, attempt: number } };
      await wait(delay, cancelled);
      if (cancelled.aborted) return { kind: 'closed' };
    }
  }
}

const TIMED_OUT = Symbol('timed out');

/** Rejects when the time is over, whether or not the attempt heeds its signal. */
async function within<T>(ms: number, cancelled: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const own = new AbortController();
  const forget = callAt(Date.now() + ms, () => own.abort(TIMED_OUT));
  const over = new Promise<never>((_, reject) => {
    own.signal.addEventListener('abort', () => reject(own.signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(AbortSignal.any([cancelled, own.signal])), over]);
  } finally {
    forget();
  }
}

function failureOf(error: unknown, policy: PlanPolicy): ReturnType<typeof toFailure> {
  if (error !== TIMED_OUT) return toFailure(error);
  return {
    failure: { code: 'timeout', message: `the attempt took longer than ${policy.timeout} ms` },
    retryable: true,
  };
}

function wait(ms: number, cancelled: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      forget();
      cancelled.removeEventListener('abort', done);
      resolve();
    };
    const forget = callAt(Date.now() + ms, done);
    cancelled.addEventListener('abort', done);
  });
}
