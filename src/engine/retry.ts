import type { PlanRetry } from '../plan/plan.js';

/**
 * How long to wait before the next attempt, in whole milliseconds; `undefined` if there is none. `attempt` is the one that
 * failed, from 1; `code` the failure's. `none`: always `initial`; `linear`: `initial` more each time; `exponential`: twice as
 * long each time; `jitter`: as exponential, of which a random part between half and all. Never more than `max`.
 */
export function nextDelay(policy: PlanRetry, attempt: number, code: string, random: () => number): number | undefined {
  if (attempt >= policy.attempts || policy.except.includes(code)) return undefined;
  const full = Math.min(policy.max, policy.initial * factor(policy.backoff, attempt));
  return Math.round(policy.backoff === 'jitter' ? full * (0.5 + random() / 2) : full);
}

function factor(backoff: PlanRetry['backoff'], attempt: number): number {
  switch (backoff) {
    case 'none':
      return 1;
    case 'linear':
      return attempt;
    case 'exponential':
    case 'jitter':
      // Beyond, every cap is reached; and nothing times infinity is not a number.
      return 2 ** Math.min(attempt - 1, 60);
  }
}
