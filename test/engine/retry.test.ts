import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDelay } from '../../src/engine/retry.js';
import type { PlanRetry } from '../../src/plan/plan.js';

const retry = (policy: Partial<PlanRetry>): PlanRetry => ({
  attempts: 10,
  backoff: 'exponential',
  initial: 1000,
  max: 30_000,
  except: [],
  ...policy,
});
const delays = (policy: Partial<PlanRetry>, random = () => 0): (number | undefined)[] =>
  Array.from({ length: 7 }, (_, index) => nextDelay(retry(policy), index + 1, 'Error', random));

const policies = fc.record({
  attempts: fc.integer({ min: 1, max: 1000 }),
  backoff: fc.constantFrom('none' as const, 'linear' as const, 'exponential' as const, 'jitter' as const),
  initial: fc.integer({ min: 0, max: 86_400_000 }),
  max: fc.integer({ min: 0, max: 3_153_600_000_000 }),
  except: fc.array(fc.constantFrom('a', 'b', 'c')),
});
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the delay before the next attempt', () => {
  it('is as the policy says', () => {
    expect(delays({ backoff: 'none' })).toEqual([1000, 1000, 1000, 1000, 1000, 1000, 1000]);
    expect(delays({ backoff: 'linear', max: 5500 })).toEqual([1000, 2000, 3000, 4000, 5000, 5500, 5500]);
    expect(delays({})).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(delays({ backoff: 'jitter' })).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
    expect(delays({ backoff: 'jitter' }, () => 0.5)).toEqual([750, 1500, 3000, 6000, 12_000, 22_500, 22_500]);
  });

  it('ends with the attempts, and at once for an error that is excepted', () => {
    expect(delays({ attempts: 3, backoff: 'none' }).slice(0, 4)).toEqual([1000, 1000, undefined, undefined]);
    expect(nextDelay(retry({ attempts: 1 }), 1, 'Error', Math.random)).toBeUndefined();
    expect(nextDelay(retry({ except: ['ENOENT'] }), 1, 'ENOENT', Math.random)).toBeUndefined();
    expect(nextDelay(retry({ except: ['ENOENT'] }), 1, 'EBUSY', Math.random)).toBe(1000);
  });

  it('is a whole number from 0 to the cap, for every policy, and there is none exactly when the policy ends', () => {
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom('a', 'd'),
        chance,
        (policy, attempt, code, random) => {
          const delay = nextDelay(policy, attempt, code, () => random);
          expect(delay === undefined).toBe(attempt >= policy.attempts || policy.except.includes(code as 'a'));
          if (delay === undefined) return;
          expect(Number.isInteger(delay)).toBe(true);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(policy.max);
        },
      ),
    );
  });

  it('never shrinks from one attempt to the next, but for jitter, which stays within half of it', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 998 }), chance, (policy, attempt, random) => {
        const of = (backoff: PlanRetry['backoff'], at: number): number =>
          nextDelay({ ...policy, backoff, attempts: 1001, except: [] }, at, 'x', () => random) ?? Number.NaN;
        const steady = policy.backoff === 'jitter' ? 'exponential' : policy.backoff;
        expect(of(steady, attempt + 1)).toBeGreaterThanOrEqual(of(steady, attempt));
        expect(of('jitter', attempt)).toBeLessThanOrEqual(of('exponential', attempt));
        expect(of('jitter', attempt)).toBeGreaterThanOrEqual(Math.floor(of('exponential', attempt) / 2));
      }),
    );
  });
});
