import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Ports } from '../../src/graph/ports.js';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';
import { StepError } from '../../src/step/step-error.js';
import { toFailure } from '../../src/step/to-failure.js';
import { inlineOf, runOn } from './border-setup.js';

const Day = z.codec(z.iso.date(), z.date(), {
  decode: text => new Date(text),
  encode: day => day.toISOString().slice(0, 10),
});
/** A step "ocr" without inputs whose body, from JavaScript, returns `result`. */
const returning = (out: Ports, result: unknown) => impl(step({ id: 'ocr', in: {}, out }), () => result as never);
const failing = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => expect.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  return toFailure(error);
};

describe('a step at its border', () => {
  it('OI-18: takes several inputs and gives several outputs', async () => {
    const both = step({
      id: 'both',
      in: { x: z.number(), y: z.number() },
      out: { sum: z.number(), product: z.number() },
    });
    const outputs = await runOn(
      impl(both, ({ x, y }) => ({ sum: x + y, product: x * y })),
      { x: 3, y: 4 },
    );
    expect(inlineOf(outputs)).toEqual({ sum: 7, product: 12 });
  });

  it('OI-18: that says no fails with its code and message, and is not retried', async () => {
    const no = impl(step({ id: 'no', in: {}, out: {} }), () => {
      throw new StepError('no_beans', 'out of beans', { details: { left: 0 } });
    });
    const { failure, retryable } = await failing(runOn(no, {}));
    expect(failure).toMatchObject({ code: 'no_beans', message: 'out of beans', details: { left: 0 } });
    expect(retryable).toBe(false);
  });

  it('is given the code side and returns the code side; values are the JSON side', async () => {
    const next = step({ id: 'next', in: { day: Day, from: Day.default(new Date('2026-01-01')) }, out: { day: Day } });
    const body = impl(next, ({ day, from }) => ({ day: new Date(day.getTime() + (day.getTime() - from.getTime())) }));
    expect(inlineOf(await runOn(body, { day: '2026-01-03' }))).toEqual({ day: '2026-01-05' });
  });

  it('is given defaults and no key for what is absent', async () => {
    const seen: unknown[] = [];
    const given = step({
      id: 'given',
      in: { a: z.string().default('x'), b: z.string().optional(), c: z.unknown() },
      out: {},
    });
    await runOn(
      impl(given, input => void seen.push(input)),
      {},
    );
    expect(seen).toEqual([{ a: 'x' }]);
    expect(Object.keys(seen[0] as object)).toEqual(['a']);
  });

  it('leaves out an optional output that is undefined or not there', async () => {
    const out = { a: z.string(), b: z.string().optional(), c: z.unknown() };
    expect(inlineOf(await runOn(returning(out, { a: 'x', b: undefined }), {}))).toEqual({ a: 'x' });
    expect(await runOn(returning({ b: z.string().optional() }, undefined), {})).toEqual({});
  });

  it('may leave out keys of an object by undefined where its schema says optional', async () => {
    const rows = z.array(
      z.object({
        name: z.string(),
        licence: z.string().optional(),
        more: z.object({ a: z.int().optional() }).nullable(),
      }),
    );
    const result = {
      rows: [
        { name: 'a', licence: undefined, more: { a: undefined } },
        { name: 'b', licence: 'MIT', more: null },
      ],
    };
    expect(inlineOf(await runOn(returning({ rows: z.union([z.string(), rows]) }, result), {}))).toEqual({
      rows: [
        { name: 'a', more: {} },
        { name: 'b', licence: 'MIT', more: null },
      ],
    });
  });

  it('is told who it is, its options decoded, and passes on log, progress and signal', async () => {
    const told: unknown[] = [];
    const ctxOf = step({ id: 'c', in: {}, out: {}, options: { dpi: z.number().default(300), since: Day } });
    const { signal } = new AbortController();
    const log = {
      debug: told.push,
      info: (...line: unknown[]) => void told.push(line),
      warn: told.push,
      error: told.push,
    };
    const body = impl(ctxOf, (_input, ctx) => {
      ctx.log.info('hello', { a: 1 });
      ctx.progress(1, 2);
      told.push({ ...ctx, log: undefined, progress: undefined });
    });
    const progress = (...seen: unknown[]) => void told.push(seen);
    const deps = { signal, log, progress };
    await runOn(body, {}, { attempt: 2, traceparent: '00-4bf9', options: { since: '2026-01-02' }, deps });
    expect(told).toEqual([
      ['hello', { a: 1 }],
      [1, 2],
      {
        address: 'ocr',
        runId: 'r-1',
        tenant: 'acme',
        attempt: 2,
        idempotencyKey: 'r-1/ocr#1',
        options: { dpi: 300, since: new Date('2026-01-02') },
        traceparent: '00-4bf9',
        baggage: {},
        context: {},
        signal,
        log: undefined,
        progress: undefined,
      },
    ]);
  });
});

describe('an input that does not fit', () => {
  const ocr = step({
    id: 'ocr',
    in: { image: z.string(), at: z.object({ x: z.int().max(9) }), day: Day.optional() },
    out: {},
  });
  const never = impl(ocr, () => expect.fail('the step ran'));

  it('is refused before the step runs, all at once, with port, address, expectation and value', async () => {
    const { failure, retryable } = await failing(runOn(never, { image: 5, at: { x: 10 }, day: '2026-13-01', more: 1 }));
    expect(retryable).toBe(false);
    expect(failure.code).toBe('invalid_value');
    expect(failure.message).toBe(
      'ocr: input "more": there is no such port; it has image, at, day; input "image": expected string, got 5; ' +
        'input "at": /x: Too big: expected number to be <=9, got 10; input "day": Invalid ISO date, got "2026-13-01"',
    );
    expect(failure.details).toMatchObject({
      problems: [{}, { address: 'ocr/$in.image', port: 'image', message: 'expected string, got 5' }, {}, {}],
    });
  });

  it('is refused when it is missing', async () => {
    const { failure } = await failing(runOn(never, { at: { x: 1 } }));
    expect(failure).toMatchObject({
      code: 'invalid_value',
      message: 'ocr: input "image": expected string, got undefined',
    });
  });

  it('is refused when its codec throws', async () => {
    const Strict = z.codec(z.string(), z.string(), {
      decode: () => {
        throw new TypeError('not today');
      },
      encode: text => text,
    });
    const strict = impl(step({ id: 's', in: { a: Strict }, out: {} }), () => expect.fail('the step ran'));
    const { failure, retryable } = await failing(runOn(strict, { a: '' }));
    expect(failure).toMatchObject({
      code: 'invalid_value',
      message: 'ocr: input "a": its schema threw TypeError: not today',
    });
    expect(failure.cause).toMatchObject({ code: 'TypeError', message: 'not today' });
    expect(retryable).toBe(false);
  });
});

it('options that do not fit are `invalid_options`', async () => {
  const optioned = step({ id: 'o', in: {}, out: {}, options: { mode: z.enum(['fast', 'best']) } });
  const { failure, retryable } = await failing(
    runOn(
      impl(optioned, () => undefined),
      {},
      { options: { mode: 'slow', dpi: 1 } },
    ),
  );
  expect(failure.code).toBe('invalid_options');
  expect(failure.message).toContain('option "dpi": there is no such port');
  expect(failure.message).toContain('option "mode": Invalid option: expected one of "fast"|"best", got "slow"');
  expect(retryable).toBe(false);
});

describe('an output', () => {
  const out = { text: z.string(), on: Day, page: z.int().optional() };
  const on = new Date('2026-01-01');

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'output "text": expected string, got undefined; output "on": expected date, got undefined'],
    ['null', null, 'expected an object of outputs by port, got null'],
    ['text', 'hello', 'expected an object of outputs by port, got "hello"'],
    ['a list', [1], 'expected an object of outputs by port, got [1]'],
    ['one that is missing', { on }, 'output "text": expected string, got undefined'],
    ['one too many', { text: '', on, txt: 1 }, 'output "txt": there is no such port; did you mean "text"?'],
    ['one of another type', { text: 5, on }, 'output "text": expected string, got 5'],
    ['the JSON side', { text: '', on: '2026-01-01' }, 'output "on": expected date, got "2026-01-01"'],
    ['an invalid date', { text: '', on: new Date(Number.NaN) }, 'output "on": '],
    ['NaN', { text: '', on, page: Number.NaN }, 'output "page": expected number, got NaN'],
    [
      'several at once',
      { text: 1, on, page: 1.5 },
      'output "text": expected string, got 1; output "page": expected int',
    ],
  ])('that is %s is `invalid_output`, and not retried', async (_, result, message) => {
    const { failure, retryable } = await failing(runOn(returning(out, result), {}));
    expect(failure.code).toBe('invalid_output');
    expect(failure.message).toContain(message);
    expect(retryable).toBe(false);
  });

  it.each<[string, unknown, string]>([
    ['a function', { a: { b: [() => 1] } }, '/a/b/0: expected JSON, got a function'],
    ['a map', new Map(), 'expected JSON, got an instance of Map'],
    ['undefined in a list', [1, undefined], '/1: expected JSON, got undefined'],
    ['undefined where nothing is declared', { a: undefined }, '/a: expected JSON, got undefined'],
    ['infinity', { n: Infinity }, '/n: expected JSON, got Infinity'],
    ['a big integer', { n: 2 ** 60 }, '/n: expected an integer within'],
    ['a bigint', 1n, 'expected JSON, got the bigint 1n'],
    ['a promise', { p: Promise.resolve() }, '/p: expected JSON, got an instance of Promise (await it'],
  ])('that JSON can not carry (%s) is `not_json` with the path', async (_, result, message) => {
    const { failure, retryable } = await failing(runOn(returning({ any: z.unknown() }, { any: result }), {}));
    expect(failure.code).toBe('not_json');
    expect(failure.message).toContain(`output "any": ${message}`);
    expect(failure.details).toMatchObject({ problems: [{ address: 'ocr.any', port: 'any' }] });
    expect(retryable).toBe(false);
  });

  it('that contains itself, or is 50,000 levels deep, is refused', async () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    const cyclic = await failing(runOn(returning({ any: z.unknown() }, { any: loop }), {}));
    expect(cyclic.failure).toMatchObject({ code: 'not_json', message: expect.stringContaining('cyclic') as string });
    let deep: unknown = 0;
    for (let level = 0; level < 50_000; level += 1) deep = [deep];
    const tooDeep = await failing(runOn(returning({ any: z.unknown() }, { any: deep }), {}));
    expect(tooDeep.failure).toMatchObject({ code: 'not_json', message: expect.stringContaining('too deep') as string });
    const json = await failing(runOn(returning({ any: z.json() }, { any: deep }), {}));
    expect(json.failure.code).toBe('invalid_output');
  });

  it('that fits none of several types says what each expected', async () => {
    const { failure } = await failing(
      runOn(returning({ u: z.union([z.string(), z.object({ a: z.number() })]) }, { u: { a: 'x' } }), {}),
    );
    expect(failure.message).toContain(
      'fits none of its types (expected string, received object; /a: expected number, received string), got {"a":"x"}',
    );
  });

  it('stays what it was when the step changes the object it returned', async () => {
    const kept = { list: [1] };
    const outputs = await runOn(returning({ any: z.unknown() }, { any: kept }), {});
    kept.list.push(2);
    expect(inlineOf(outputs)).toEqual({ any: { list: [1] } });
  });
});
