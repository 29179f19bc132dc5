/** Graphs for workspaces, and steps that note when they were executed. */
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { defineOperate } from '../../src/graph/operate.js';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';
import type { Registered } from '../../src/step/registry.js';
import type { Ctx } from '../../src/step/ctx.js';

const n = z.number();
const text = z.string();

export interface Interval {
  readonly at: string;
  readonly start: number;
  readonly end: number;
}
interface Ledger {
  readonly intervals: Interval[];
  running: number;
  /** The most that were in flight at once. */
  peak: number;
}
const ledgers = new Map<string, Ledger>();

/** What steps with this key have done; a step's is the key of its option, else that of the run's baggage. */
export function ledgerOf(key: string): Ledger {
  const known = ledgers.get(key) ?? { intervals: [], running: 0, peak: 0 };
  ledgers.set(key, known);
  return known;
}
/** Addresses in the order of their starts. */
export const executedFor = (key: string): readonly string[] =>
  ledgerOf(key)
    .intervals.toSorted((a, b) => a.start - b.start)
    .map(({ at }) => at);

const up = step({ id: 'up', in: { text }, out: { result: text } });
const heavy = step({
  id: 'heavy',
  in: { n: n.default(0) },
  out: { n },
  options: { key: text.default(''), meet: n.default(1), ms: n.default(0) },
  heartbeat: '1s',
});
const two = step({ id: 'two', in: { a: n, b: n }, out: { out1: n, out2: n } });
const one = step({ id: 'one', in: { in: n }, out: { out: n } });
const crashes = step({ id: 'crashes', in: {}, out: { n }, retry: { attempts: 1 } });
const large = step({ id: 'large', in: {}, out: { text, size: n } });
const baggage = step({ id: 'baggage', in: {}, out: { scope: text, marks: z.array(text) } });

/** Takes `ms`, and goes on only when `meet` of its key have been in flight at once. */
async function work(key: string, { meet, ms }: { meet: number; ms: number }, { address, signal }: Ctx): Promise<void> {
  const ledger = ledgerOf(key);
  const start = performance.now();
  ledger.running += 1;
  ledger.peak = Math.max(ledger.peak, ledger.running);
  try {
    await expect.poll(() => signal.aborted || ledger.peak >= meet, { interval: 5 }).toBe(true);
    await wait(ms, undefined, { signal });
  } finally {
    ledger.running -= 1;
    ledger.intervals.push({ at: address, start, end: performance.now() });
  }
}

const double = defineOperate({
  name: 'double',
  port: text,
  data: n,
  uses: { inner: true, data: true },
  merge: (inner, times) => inner.repeat(times),
});

export const registered: Registered = {
  steps: [
    impl(up, ({ text: given }) => ({ result: given.toUpperCase() })),
    impl(heavy, async ({ n: value }, ctx) => {
      await work(ctx.options.key || String(ctx.baggage['key']), ctx.options, ctx);
      return { n: value + 1 };
    }),
    impl(two, ({ a, b }) => ({ out1: a + b, out2: a * b })),
    impl(one, ({ in: value }) => ({ out: value + 1 })),
    impl(crashes, () => {
      throw Object.assign(new Error('the step has crashed'), { code: 'E_CRASH' });
    }),
    impl(large, () => ({ text: 'x'.repeat(10_000), size: 10_000 })),
    impl(baggage, (_, { baggage: { scope_id: scope, marks = [] } }) => ({
      scope: String(scope),
      marks: marks as string[],
    })),
  ],
  operates: [double],
};

/** One node whose input nothing feeds. */
export const demo = {
  id: 'demo',
  nodes: { up: { step: 'up' } },
  steps: { up: { in: { text: { type: 'string' } }, out: { result: { type: 'string' } } } },
} as const;

/** step1, step2 → step3 → step4[out1, out2] */
export const fan = graph({ id: 'fan', in: { a: n, b: n }, out: { out1: n, out2: n } }, (g, i) => {
  const step1 = g.run(one, { in: i.a }, { as: 'step1' });
  const step2 = g.run(one, { in: i.b }, { as: 'step2' });
  const step3 = g.run(two, { a: step1.out, b: step2.out }, { as: 'step3' });
  const step4 = g.run(two, { a: step3.out1, b: step3.out2 }, { as: 'step4' });
  return { out: { out1: step4.out1, out2: step4.out2 }, nodes: [step1, step2, step3, step4] };
});

/** `width` nodes side by side, `h0`, `h1`, …, which wait for `meet` of them. */
export const wide = (width: number, options: { readonly meet?: number; readonly ms?: number; readonly key?: string }) =>
  graph({ id: 'wide', in: {}, out: {} }, g => {
    for (let k = 0; k < width; k += 1) g.run(heavy, {}, { as: `h${k}`, options });
    return { out: {} };
  });

/** `a` → `b`, and `c` beside them; `b` and `c` wait for `meet` of the two. `b` in red is the second stage. */
export const staged = (key: string, meet: number) =>
  graph({ id: 'staged', in: {}, out: {} }, g => {
    const a = g.run(heavy, {}, { as: 'a', options: { key: `${key}-a` } });
    g.run(heavy, { n: a.n }, { as: 'b', options: { key, meet } });
    g.run(heavy, {}, { as: 'c', options: { key, meet, ms: 100 } });
    return { out: {} };
  });

export const crashing = graph({ id: 'crashing', in: {}, out: {} }, g => {
  g.run(crashes, {}, { as: 'bad' });
  return { out: {} };
});

export const larger = graph({ id: 'larger', in: {}, out: {} }, g => {
  g.run(large, {}, { as: 'big' });
  return { out: {} };
});

export const carried = graph({ id: 'carried', in: {}, out: {} }, g => {
  g.run(baggage, {}, { as: 'seen' });
  return { out: {} };
});
