import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { StepError } from '../../src/step/step-error.js';
import { toFailure } from '../../src/step/to-failure.js';
import { EspalierError } from '../../src/value/espalier-error.js';
import { checkJson } from '../../src/value/legal.js';

const failureOf = (error: unknown) => toFailure(error).failure;

describe('what a step throws', () => {
  it('becomes a failure with code, message and stack, and is retried', () => {
    const { failure, retryable } = toFailure(new TypeError('x is not a function'));
    expect(failure).toMatchObject({ code: 'TypeError', message: 'x is not a function' });
    expect(failure.stack).toContain('to-failure.test');
    expect(retryable).toBe(true);
  });

  it('has the error’s own code where it has one', () => {
    expect(failureOf(Object.assign(new Error('gone'), { code: 'ENOENT' })).code).toBe('ENOENT');
    expect(failureOf(Object.assign(new Error('gone'), { code: 404 })).code).toBe('Error');
    expect(failureOf(Object.assign(new Error('gone'), { code: '', name: '' })).code).toBe('Error');
  });

  it.each([
    ['text', 'no', 'threw "no", not an Error'],
    ['nothing', undefined, 'threw undefined, not an Error'],
    ['null', null, 'threw null, not an Error'],
    ['an object', { status: 500 }, 'threw {"status":500}, not an Error'],
  ])('may be no error at all: %s', (_, thrown, message) => {
    expect(toFailure(thrown)).toEqual({ failure: { code: 'thrown_value', message }, retryable: true });
  });

  it('is not taken for one of ours, which are waited for, whatever a step calls it', () => {
    expect(failureOf(new EspalierError('store_full', 'no room')).code).toBe('store_full');
    expect(failureOf(new StepError('store_full', 'no shelf is empty')).code).toBe('step.store_full');
    expect(failureOf(Object.assign(new Error('x'), { code: 'step_not_here' })).code).toBe('step.step_not_here');
  });

  it('may come from another realm', () => {
    expect(failureOf(runInNewContext("new RangeError('far')"))).toMatchObject({ code: 'RangeError', message: 'far' });
  });

  it('is not retried if it is a StepError, however deep the cause', () => {
    const cause = new Error('below');
    const { failure, retryable } = toFailure(new StepError('no', 'not so', { cause }));
    expect(failure).toMatchObject({ code: 'no', cause: { code: 'Error', message: 'below' } });
    expect(retryable).toBe(false);
    expect(toFailure(new Error('above', { cause: new StepError('no', 'x') })).retryable).toBe(true);
  });

  it('is bounded: message, stack lines, and chain of causes, also of one that causes itself', () => {
    const long = failureOf(new Error('x'.repeat(100_000)));
    expect(long.message).toHaveLength(8192);
    expect(long.stack?.length).toBeLessThanOrEqual(8192);
    const deep = Object.assign(new Error('deep'), { stack: Array.from({ length: 100 }, () => 'at x').join('\n') });
    expect(failureOf(deep).stack?.split('\n')).toHaveLength(20);
    const self: Error & { cause?: unknown } = new Error('self');
    self.cause = self;
    let levels = 0;
    for (let failure = failureOf(self); ; failure = failure.cause) {
      levels += 1;
      if (failure.cause === undefined) break;
    }
    expect(levels).toBe(5);
  });

  it('has details that are JSON, or a hint at those that are not or are too large', () => {
    expect(failureOf(new StepError('a', '', { details: { n: [1] } })).details).toEqual({ n: [1] });
    const loop: Record<string, unknown> = { f: () => 1 };
    loop['self'] = loop;
    const odd = failureOf(new StepError('a', '', { details: loop }));
    expect(odd.details).toMatchObject({ omitted: 'not JSON' });
    expect(checkJson(odd)).toEqual([]);
    const large = failureOf(new StepError('a', '', { details: 'x'.repeat(20_000) }));
    expect(large.details).toMatchObject({ omitted: 'too large' });
    expect(JSON.stringify(large).length).toBeLessThan(12_000);
  });
});
