import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { step } from '../../src/graph/step.js';
import { stream } from '../../src/graph/stream.js';
import type { BorderDeps } from '../../src/step/border.js';
import { impl, type Impl } from '../../src/step/impl.js';
import type { StreamItem } from '../../src/engine/event.js';
import { runStream, type StreamCall } from '../../src/step/run-stream.js';
import { toFailure } from '../../src/step/to-failure.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { isLeaf } from '../../src/value/value.js';
import { callOf, depsOf, numberOf, numbers } from './stream-setup.js';

const Day = z.codec(z.iso.date(), z.date(), { decode: s => new Date(s), encode: d => d.toISOString().slice(0, 10) });
const split = stream({
  id: 'split',
  in: { day: Day },
  yields: { page: z.int(), day: Day, image: z.string().optional() },
  out: { pages: z.int() },
  context: { apiKey: z.string().default('none') },
});
const day = new Date('2026-01-02');
const context = { apiKey: 'sk-123456789' };
const inputs = { day: { size: 12, inline: '2026-01-01' } };

/** All items of a stream, and its outputs. */
async function drain(body: Impl, call: Partial<StreamCall> = {}, deps?: Partial<BorderDeps>) {
  const run = runStream(body, callOf({ inputs, ...call }), depsOf(deps));
  const items: StreamItem[] = [];
  for (;;) {
    const pulled = await run.next();
    if (pulled.kind === 'end') return { items, outputs: pulled.outputs };
    if (pulled.kind === 'item') items.push(pulled.item);
  }
}
/** The stream `split`, from JavaScript: yields this, and returns that. */
const yielding = (items: readonly unknown[], result: unknown = { pages: 1 }) =>
  impl(split, async function* () {
    yield* items as never[];
    return result as never;
  });

describe('a stream at its border', () => {
  it('is given the code side; what it yields and returns are values, in the order of the names', async () => {
    const body = impl(split, async function* (input, ctx) {
      yield { page: input.day.getUTCMonth() + ctx.attempt, day, image: 'x' };
      yield { page: 2, day };
      return { pages: 2 };
    });
    const { items, outputs } = await drain(body);
    const inline = items.map(item => item.map(value => value && isLeaf(value) && value.inline));
    expect(inline).toEqual([
      ['2026-01-02', 'x', 1],
      ['2026-01-02', null, 2],
    ]);
    expect(outputs).toMatchObject({ pages: { inline: 2 } });
  });

  it('is told its cursor on the code side, and never begins anew for one that it can not read', async () => {
    const days = stream({ id: 'days', in: {}, yields: { day: split.yields.day }, cursor: 'day' });
    const body = impl(days, async function* (_, { cursor }) {
      yield { day: cursor ?? day };
    });
    const from = (inline: string) => ({ inputs: {}, from: { next: 3, cursor: { size: 12, inline } } });
    expect((await drain(body, from('2026-03-04'))).items).toMatchObject([[{ inline: '2026-03-04' }]]);
    await expect(drain(body, from('soon'))).rejects.toMatchObject({ code: 'invalid_value' });
  });

  it('keeps what is large in the store, with what conditions read of it', async () => {
    const files = stream({ id: 'files', in: {}, yields: { file: z.object({ name: z.string(), text: z.string() }) } });
    const store = createMemoryStore();
    const body = impl(files, async function* () {
      yield { file: { name: 'a', text: 'x'.repeat(5000) } };
    });
    const { items } = await drain(body, { inputs: {}, itemPeeks: { file: ['/name'] } }, { store });
    const file = items[0]?.[0];
    expect(file).toEqual({ digest: expect.any(String) as string, size: 5022, peek: { '/name': 'a' } });
    expect(await store.has(file && isLeaf(file) ? (file.digest ?? '') : '')).toBe(true);
  });

  it('makes no values of what it passes over', async () => {
    const run = runStream(yielding([{ page: 'bad' }, { page: 2, day }]), callOf({ inputs }), depsOf());
    expect([await run.next(true), await run.next()]).toMatchObject([{ kind: 'passed' }, { kind: 'item' }]);
  });

  const good = { page: 1, day };
  it.each<[string, Impl, string, string]>([
    [
      'an item of another type',
      yielding([good, { page: 'x', day }]),
      'invalid_output',
      'split: item 1, yield "page": ',
    ],
    ['an item without a yield', yielding([{ page: 1 }]), 'invalid_output', 'split: item 0, yield "day": '],
    [
      'an item with a yield too many',
      yielding([{ ...good, imag: 1 }]),
      'invalid_output',
      'yield "imag": there is no such',
    ],
    [
      'an item that is no object',
      yielding([good, good, 3]),
      'invalid_output',
      'split: item 2, expected an object of yields by port, got 3',
    ],
    ['outputs of another type', yielding([good], { pages: 'x' }), 'invalid_output', 'split: output "pages": '],
    [
      'no generator',
      impl(split, (() => ({ pages: 1 })) as never),
      'invalid_output',
      'split: expected an async generator (async function*), got',
    ],
  ])('refuses %s', async (_, body, code, message) => {
    const error: unknown = await drain(body).catch((thrown: unknown) => thrown);
    const { failure, retryable } = toFailure(error);
    expect(failure).toMatchObject({ code, message: expect.stringContaining(message) as string });
    expect(retryable).toBe(false);
  });

  it('says what is no JSON, and where', async () => {
    const any = stream({ id: 'any', in: {}, yields: { it: z.unknown() } });
    const body = impl(any, async function* () {
      yield { it: { a: [Number.NaN] } };
    });
    const error: unknown = await drain(body, { inputs: {} }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'not_json',
      message: expect.stringContaining('split: item 0, yield "it": ') as string,
      details: { problems: [{ address: 'split.items', port: 'it' }] },
    });
  });

  it('refuses a secret in an item, and keeps it out of logs and errors', async () => {
    const told: unknown[] = [];
    const log = { ...depsOf().log, info: (message: string, fields?: object) => told.push(message, fields) };
    const leaking = impl(split, async function* (_, { context, log }) {
      log.info(`with ${context.apiKey}`);
      yield { page: 1, day, image: `key=${context.apiKey}` };
      return { pages: 1 };
    });
    const throwing = impl(split, async function* (_, { context }) {
      yield { page: 1, day };
      throw new Error(`401 for ${context.apiKey}`);
    });
    const failures = await Promise.all(
      [leaking, throwing].map(body => drain(body, { context }, { log }).catch((thrown: unknown) => toFailure(thrown))),
    );
    expect(failures).toMatchObject([
      {
        retryable: false,
        failure: {
          code: 'context_in_output',
          message: expect.stringContaining('split.items.image: "apiKey"') as string,
        },
      },
      { retryable: true, failure: { message: expect.stringMatching(/^401 for /) as string } },
    ]);
    expect(told).toHaveLength(2);
    expect(JSON.stringify([failures, told])).not.toContain(context.apiKey);
  });

  it('is no step, and a step is no stream', () => {
    const plain = impl(step({ id: 'plain', in: {}, out: {} }), () => {});
    expect(() => runStream(plain, callOf(), depsOf())).toThrow('split: step "plain" is no stream');
  });
});

describe('a stream that nobody wants any more', () => {
  afterEach(() => void vi.useRealTimers());

  it('[ST-20] runs its `finally`, once', async () => {
    const events: string[] = [];
    const body = impl(numbers, async function* (_, { signal }) {
      signal.addEventListener('abort', () => events.push('abort'));
      try {
        for (let n = 0; ; n += 1) yield { n };
      } finally {
        events.push('finally');
      }
    });
    const run = runStream(body, callOf(), depsOf());
    await run.next();
    await Promise.all([run.close(), run.close()]);
    await run.close();
    expect(events).toEqual(['abort', 'finally']);
  });

  it('[ST-20] that waits for something hears it by its signal, with the reason', async () => {
    const stop = new AbortController();
    const events: unknown[] = [];
    const body = impl(numbers, async function* (_, { signal }) {
      try {
        yield { n: 1 };
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      } finally {
        events.push(signal.reason);
      }
    });
    const run = runStream(body, callOf(), depsOf({ signal: stop.signal }));
    await run.next();
    const second = run.next();
    stop.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    await run.close();
    expect(events).toEqual([stop.signal.reason]);
  });

  it("is waited for 10 s, if it does not heed its signal; what its `finally` throws is nobody's", async () => {
    vi.useFakeTimers();
    const stuck = impl(numbers, async function* () {
      await new Promise(() => {});
      yield { n: 1 };
    });
    const failing = impl(numbers, async function* () {
      try {
        yield { n: 1 };
      } finally {
        await Promise.reject(new Error('in its finally'));
      }
    });
    const runs = [stuck, failing].map(body => runStream(body, callOf(), depsOf()));
    for (const run of runs) void run.next();
    await vi.advanceTimersByTimeAsync(1);
    const closed: number[] = [];
    runs.forEach((run, index) => void run.close().then(() => closed.push(index)));
    await vi.advanceTimersByTimeAsync(9_000);
    expect(closed).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(closed).toEqual([1, 0]);
  });

  it('is told of by others when it works for another execution', async () => {
    const told: unknown[] = [];
    const heard = (name: string, signal = new AbortController().signal) =>
      depsOf({ signal, progress: done => told.push([name, done]) });
    const first = new AbortController();
    const body = impl(numbers, async function* (_, ctx) {
      for (let n = 0; !ctx.signal.aborted; n += 1) {
        ctx.progress(n);
        yield { n };
      }
      return { sum: -1 };
    });
    const run = runStream(body, callOf(), heard('a', first.signal));
    await run.next();
    run.detach();
    first.abort();
    await run.next();
    run.attach(heard('b'));
    const third = await run.next();
    expect(told).toEqual([
      ['a', 0],
      ['b', 2],
    ]);
    expect(third.kind === 'item' && numberOf(third.item)).toBe(2);
    run.attach(heard('c', AbortSignal.abort()));
    expect(await run.next()).toMatchObject({ kind: 'end', outputs: { sum: { inline: -1 } } });
  });
});
