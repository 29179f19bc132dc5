import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CallCtx } from '../../src/graph/call-ctx.js';
import { defineOperate } from '../../src/graph/operate.js';
import { StepError } from '../../src/step/step-error.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { digestOf } from '../../src/value/digest.js';
import { literal } from '../../src/value/leaf.js';
import { stored } from './border-setup.js';
import { failureOf, mergeBy } from './merge-setup.js';

const Numbers = z.array(z.number());
const both = { inner: true, data: true } as const;
const add = (inner: readonly number[], data: readonly number[]): number[] =>
  inner.map((number, index) => number + (data[index] ?? 0));
const offset = defineOperate({ name: 'offset', port: Numbers, data: Numbers, uses: both, merge: add });
/** An operate whose merge, from JavaScript, is `merge`. */
const merging = (merge: (...given: unknown[]) => unknown, more: object = {}) =>
  defineOperate({ name: 'odd', port: Numbers, data: Numbers, uses: both, merge: merge as never, ...more });
const one = literal([1]);

describe('a merge', () => {
  it('IV-06: makes of the inner value and the data the value of the port', async () => {
    const merged = await mergeBy(offset, literal([1, 2]), literal([10, 20]));
    expect(merged).toEqual({ inline: [11, 22], size: 7, digest: digestOf([11, 22]) });
  });

  it('IV-09: loads what travels by ref or in parts, and stores what is large', async () => {
    const store = createMemoryStore();
    const many = Array.from({ length: 3000 }, (_, index) => index);
    const parts = { list: many.map(literal) };
    const merged = await mergeBy(offset, await stored(many, store), parts, { deps: { store } });
    const doubled = many.map(number => 2 * number);
    expect(merged).toEqual({ digest: digestOf(doubled), size: JSON.stringify(doubled).length });
    expect(JSON.parse(Buffer.from((await store.get(digestOf(doubled))) ?? []).toString())).toEqual(doubled);
  });

  it('IV-05: of an operate that can short-circuit is called with null if there is no inner value', async () => {
    const fill = defineOperate({
      name: 'fill',
      port: Numbers,
      data: Numbers,
      uses: both,
      shortCircuit: true,
      merge: (inner, data) => [inner === null ? -1 : -2, ...data],
    });
    expect(await mergeBy(fill, null, one)).toMatchObject({ inline: [-1, 1] });
    expect(await mergeBy(fill, one, one)).toMatchObject({ inline: [-2, 1] });
  });

  it('I4: without an inner value is refused if its operate needs one, whatever it would give', async () => {
    const { failure, retryable } = await failureOf(mergeBy(offset, null, one));
    expect(failure).toMatchObject({ code: 'intervention_failed', details: { address: 'sensor.signal' } });
    expect(failure.message).toBe(
      'sensor.signal: operate "offset" can\'t be applied: it needs the value that is there, and there is none ' +
        '(the node was not executed, or gave nothing)',
    );
    expect(retryable).toBe(false);
    const blind = { uses: { inner: false, data: true }, shortCircuit: false };
    expect(
      await mergeBy(
        merging(() => [7], blind),
        null,
        one,
      ),
    ).toMatchObject({ inline: [7] });
  });

  it('is told where it works, its idempotency key, and its signal', async () => {
    const told: unknown[] = [];
    const curious = merging((...given) => told.push(...given) && []);
    await mergeBy(curious, one, one);
    const ctx = { address: 'sensor.signal', idempotencyKey: 'r-1/sensor.signal!merge-1' };
    expect(told).toEqual([[1], [1], { ...ctx, signal: expect.any(AbortSignal) }]);
  });

  it('may change what it is given: nobody else sees it', async () => {
    const inner = literal([1, 2]);
    const eager = defineOperate({ ...offset, merge: list => (list as number[]).splice(0) });
    await mergeBy(eager, inner, one);
    expect(inner.inline).toEqual([1, 2]);
  });

  it('leaves out keys that are undefined where they are optional', async () => {
    const Note = z.object({ text: z.string(), note: z.string().optional() });
    const forget = defineOperate({
      name: 'forget',
      port: Note,
      data: z.null(),
      uses: { inner: true, data: false },
      merge: ({ text }) => ({ text, note: undefined }),
    });
    const merged = await mergeBy(forget, literal({ text: 'a', note: 'b' }), literal(null), { call: { schema: {} } });
    expect(merged.inline).toEqual({ text: 'a' });
  });
});

describe('a merge that fails', () => {
  it.each([
    ['an error', new TypeError('boom'), 'operate "odd" failed: boom', true],
    ['a StepError', new StepError('no', 'not so'), 'operate "odd" failed: not so', false],
    ['no error at all', 'no', 'operate "odd" failed: threw "no", not an Error', true],
  ])('IV-07: by throwing %s says so with address and reason', async (_, thrown, reason, retryable) => {
    const work = mergeBy(
      merging(() => Promise.reject(thrown)),
      one,
      one,
    );
    const outcome = await failureOf(work);
    expect(outcome).toMatchObject({
      failure: {
        code: 'intervention_failed',
        message: `sensor.signal: ${reason}`,
        details: { address: 'sensor.signal', reason },
      },
      retryable,
    });
  });

  it('IV-07: keeps what was thrown as its cause', async () => {
    const { failure } = await failureOf(
      mergeBy(
        merging(() => JSON.parse('{')),
        one,
        one,
      ),
    );
    expect(failure.cause).toMatchObject({ code: 'SyntaxError' });
  });

  it.each([
    ['of the operate', ['x'], 'odd" gave something that is not of its type: /0: expected number, got "x"'],
    ['that JSON can carry', undefined, 'odd" gave something that is not of its type: expected array, got undefined'],
    ['of the port', [1.5], 'odd" gave something that is not of the port\'s type: /0: expected integer, got 1.5'],
  ])('by a value that is not %s is not tried again', async (_, given, message) => {
    const schema = { type: 'array', items: { type: 'integer' } } as const;
    const { failure, retryable } = await failureOf(
      mergeBy(
        merging(() => given),
        one,
        one,
        { call: { schema } },
      ),
    );
    expect(failure.message).toBe(`sensor.signal: operate "${message}`);
    expect([failure.code, retryable]).toEqual(['intervention_failed', false]);
  });

  it('by being given what is not of its types is not tried again, and never called', async () => {
    const never = merging(() => expect.fail('it was called'));
    const inner = await failureOf(mergeBy(never, literal('text'), one));
    expect(inner.failure.message).toContain('does not fit the value that is there: expected array, got "text"');
    const data = await failureOf(mergeBy(never, one, literal([null])));
    expect(data.failure.message).toContain('does not take what the intervention brings: /0: expected number, got null');
    expect([inner.retryable, data.retryable]).toEqual([false, false]);
  });

  it('for want of a function of that name says which there are, and may do better on another worker', async () => {
    const { failure, retryable } = await failureOf(mergeBy(offset, one, one, { call: { operate: 'ofset' } }));
    expect(failure).toMatchObject({ code: 'intervention_failed', details: { address: 'sensor.signal' } });
    expect(failure.message).toBe('sensor.signal: no operate "ofset" on this worker: there are offset');
    expect(retryable).toBe(true);
  });

  it('IV-09: for want of a blob says which, and is not tried again', async () => {
    const lost = { digest: 'a'.repeat(64), size: 5000 };
    for (const work of [mergeBy(offset, lost, one), mergeBy(offset, one, lost)]) {
      expect(await failureOf(work)).toMatchObject({
        failure: { code: 'hydration_failed', details: { store: 'blobs', key: lost.digest } },
        retryable: false,
      });
    }
  });

  it('by a store that has a bad day is tried again', async () => {
    const store = { ...createMemoryStore(), get: () => Promise.reject(new Error('busy')) };
    const work = mergeBy(offset, { digest: 'a'.repeat(64), size: 5000 }, one, { deps: { store } });
    expect(await failureOf(work)).toMatchObject({ failure: { code: 'intervention_failed' }, retryable: true });
  });
});

describe('a merge that takes long', () => {
  const forever = (signals: AbortSignal[]) =>
    merging(
      (_inner, _data, ctx) => {
        signals.push((ctx as CallCtx).signal);
        return new Promise(() => {});
      },
      { timeout: 20 },
    );

  it('is given up when its time is over, told so by its signal, and tried again', async () => {
    const signals: AbortSignal[] = [];
    const { failure, retryable } = await failureOf(mergeBy(forever(signals), one, one));
    expect(failure).toMatchObject({ code: 'intervention_failed', cause: { code: 'timeout' } });
    expect(failure.message).toBe('sensor.signal: operate "odd" failed: the call took longer than 20 ms');
    expect([retryable, signals[0]?.aborted]).toEqual([true, true]);
  });

  it('ends with the reason of the driver that no longer wants it', async () => {
    const signals: AbortSignal[] = [];
    const driver = new AbortController();
    const work = mergeBy({ ...forever(signals), timeout: 60_000 }, one, one, { deps: { signal: driver.signal } });
    await expect.poll(() => signals.length).toBe(1);
    driver.abort(new Error('cancelled'));
    await expect(work).rejects.toBe(driver.signal.reason);
    expect(signals[0]?.aborted).toBe(true);
    await expect(mergeBy(offset, one, one, { deps: { signal: driver.signal } })).rejects.toBe(driver.signal.reason);
  });
});
