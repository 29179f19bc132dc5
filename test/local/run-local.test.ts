import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { compile } from '../../src/graph/compile.js';
import { runLocal } from '../../src/local/run-local.js';
import type { Frame } from '../../src/run/run.js';
import { impl } from '../../src/step/impl.js';
import { StepError } from '../../src/step/step-error.js';

const work = step({ id: 'work', in: { n: z.number() }, out: { n: z.number() }, retry: { attempts: 3, initial: 1 } });
const sum = step({ id: 'sum', in: { list: z.array(z.number()) }, out: { sum: z.number() } });

/** Side by side: one `work` per name, then their sum. */
const fan = (names: readonly string[]) =>
  graph({ id: 'fan', in: { n: z.number() }, out: { sum: z.number() } }, (g, i) => {
    const uses = names.map(as => g.run(work, { n: i.n }, { as }));
    return { out: { sum: g.run(sum, { list: g.list(uses.map(use => use.n)) }).sum } };
  });
const addUp = impl(sum, ({ list }) => ({ sum: list.reduce((a, b) => a + b, 0) }));
const gate = () => {
  let open = (): void => {};
  const opened = new Promise<void>(resolve => (open = resolve));
  return { open, opened };
};

describe('runLocal', () => {
  test('a graph runs in this process with typed input and output', async () => {
    const run = runLocal(fan(['a', 'b', 'c']), {
      steps: [impl(work, ({ n }) => ({ n: n * 2 })), addUp],
      input: { n: 7 },
    });
    expect(await run.result()).toEqual({ sum: 42 });
    expect(await run.view()).toMatchObject({
      status: 'completed',
      nodes: [{ at: 'a', attempts: 1 }, {}, {}, { at: 'sum' }],
    });
  });

  test('OI-06 one plan serves two runs at once and stays as it was', async () => {
    const plan = compile(fan(['a', 'b']));
    const before = JSON.stringify(plan);
    const steps = [impl(work, async ({ n }) => ({ n: n + 1 })), addUp];
    const [a, b] = await Promise.all([1, 10].map(n => runLocal(plan, { steps, input: { n } }).result()));
    expect([a, b]).toEqual([{ sum: 4 }, { sum: 22 }]);
    expect(JSON.stringify(plan)).toBe(before);
  });

  test('OI-10 with concurrency 1 steps never overlap, without it they do', async () => {
    const peak = async (concurrency?: number): Promise<number> => {
      let now = 0;
      let most = 0;
      const busy = impl(work, async ({ n }) => {
        most = Math.max(most, (now += 1));
        await new Promise(resolve => setImmediate(resolve));
        now -= 1;
        return { n };
      });
      const options = { steps: [busy, addUp], input: { n: 1 }, ...(concurrency && { concurrency }) };
      await runLocal(fan(['a', 'b', 'c', 'd']), options).result();
      return most;
    };
    expect([await peak(1), await peak(2), await peak()]).toEqual([1, 2, 4]);
  });

  test('a thrown error is retried by policy, and what the step was told stays the same', async () => {
    const keys: string[] = [];
    const flaky = impl(work, ({ n }, ctx) => {
      keys.push(`${ctx.idempotencyKey} ${ctx.attempt}`);
      if (ctx.attempt < 3) throw new Error('not yet');
      return { n };
    });
    await runLocal(fan(['a']), { id: 'r', steps: [flaky, addUp], input: { n: 1 } }).result();
    expect(keys).toEqual(['r/a#1 1', 'r/a#1 2', 'r/a#1 3']);
  });

  test('OI-18 a step that says no is not retried, and the run says which step and why', async () => {
    let calls = 0;
    const no = impl(work, () => {
      calls += 1;
      throw new StepError('no_beans', 'the jar is empty', { details: { jar: 3 } });
    });
    const failed = runLocal(fan(['a']), { steps: [no, addUp], input: { n: 1 } }).result();
    await expect(failed).rejects.toMatchObject({ name: 'RunFailedError', code: 'no_beans', address: 'a' });
    expect(calls).toBe(1);
  });

  test('an attempt that takes too long is given up, also when it does not listen', async () => {
    const slow = step({ id: 'slow', in: {}, out: {}, timeout: 20, retry: { attempts: 1 } });
    const g = graph({ id: 'g', in: {}, out: {} }, b => {
      b.run(slow, {});
      return { out: {} };
    });
    const deaf = gate();
    const run = runLocal(g, { steps: [impl(slow, () => deaf.opened)] });
    await expect(run.result()).rejects.toMatchObject({ code: 'timeout', address: 'slow' });
    deaf.open();
  });

  test('cancel aborts what runs and keeps what is there', async () => {
    const started = gate();
    const waiting = impl(work, async (_, ctx) => {
      started.open();
      await new Promise((_resolve, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)));
      return { n: 0 };
    });
    const run = runLocal(fan(['a', 'b']), { steps: [waiting, addUp], input: { n: 1 } });
    await started.opened;
    await run.cancel('enough');
    await expect(run.result()).rejects.toMatchObject({ code: 'cancelled', abandoned: [] });
    expect((await run.view()).status).toBe('cancelled');
  });

  test('a paused run starts nothing until it is resumed', async () => {
    const started = gate();
    const held = gate();
    const calls: string[] = [];
    const first = impl(work, async ({ n }, ctx) => {
      calls.push(ctx.address);
      started.open();
      await held.opened;
      return { n };
    });
    const last = impl(sum, () => {
      calls.push('sum');
      return { sum: 1 };
    });
    const run = runLocal(fan(['a']), { steps: [first, last], input: { n: 1 } });
    await started.opened;
    await run.pause();
    held.open();
    for await (const frame of run.watch()) if (frame.kind === 'completed') break;
    expect([calls, (await run.view()).status]).toEqual([['a'], 'paused']);
    await run.resume();
    expect(await run.result()).toEqual({ sum: 1 });
  });

  test('watch gives every frame in order, and goes on after a given one', async () => {
    const run = runLocal(fan(['a']), { steps: [impl(work, ({ n }) => ({ n })), addUp], input: { n: 1 } });
    const frames: Frame[] = [];
    for await (const frame of run.watch()) frames.push(frame);
    expect(frames.map(({ at, kind }) => `${at} ${kind}`.trim())).toEqual([
      'run',
      'a scheduled',
      'a completed',
      'sum scheduled',
      'sum completed',
      'ended',
    ]);
    const rest: Frame[] = [];
    for await (const frame of run.watch({ from: frames[2]?.id ?? '' })) rest.push(frame);
    expect(rest).toEqual(frames.slice(3));
  });

  test('large values go through the store, and lists of them are gathered', async () => {
    const big = step({ id: 'big', in: { n: z.number() }, out: { text: z.string() } });
    const join = step({ id: 'join', in: { texts: z.array(z.string()) }, out: { length: z.number() } });
    const g = graph({ id: 'g', in: { n: z.number() }, out: { length: z.number() } }, (b, i) => {
      const texts = Array.from({ length: 90 }, (_, k) => b.run(big, { n: i.n }, { as: `t${k}` }).text);
      return { out: { length: b.run(join, { texts: b.list(texts) }).length } };
    });
    const steps = [
      impl(big, ({ n }, ctx) => ({ text: ctx.address.padEnd(n, 'x') })),
      impl(join, ({ texts }) => ({ length: new Set(texts).size * 100_000 + texts.join('').length })),
    ];
    expect(await runLocal(g, { steps, input: { n: 4000 } }).result()).toEqual({ length: 9_000_000 + 360_000 });
    expect(await runLocal(g, { steps, input: { n: 9000 } }).result()).toEqual({ length: 9_000_000 + 810_000 });
  });

  test('OI-20 missing and ill-typed input is refused before anything runs', async () => {
    const steps = [impl(work, () => expect.unreachable()), addUp];
    // @ts-expect-error the input is not there
    await expect(runLocal(fan(['a']), { steps, input: {} }).result()).rejects.toMatchObject({ code: 'missing_input' });
    const plan = compile(fan(['a']));
    const wrong = runLocal(plan, { steps, input: { n: 'x', m: 1 } }).result();
    await expect(wrong).rejects.toMatchObject({
      code: 'invalid_input',
      issues: [{ address: '$in.m' }, { address: '$in.n', message: expect.stringContaining('number') }],
    });
  });

  test('a step is told the trace context that its run was given, and none otherwise', async () => {
    const told: unknown[] = [];
    const steps = [
      impl(work, ({ n }, ctx) => {
        told.push(ctx.traceparent);
        return { n };
      }),
      addUp,
    ];
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await runLocal(fan(['a']), { steps, input: { n: 1 }, traceparent }).result();
    await runLocal(fan(['a']), { steps, input: { n: 1 } }).result();
    expect(told).toEqual([traceparent, undefined]);
  });

  test('a step that has no implementation is said before anything runs', () => {
    expect(() => runLocal(fan(['a']), { steps: [addUp], input: { n: 1 } })).toThrow(/work has no implementation/);
  });
});
