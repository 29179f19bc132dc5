/** The steps of the benchmark's graphs. */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { step } from '../src/graph/step.js';
import { impl, type Impl } from '../src/step/impl.js';

export const value = z.object({ n: z.number(), text: z.string() });
export type BenchValue = z.infer<typeof value>;

/** 1 KB of JSON. */
export const VALUE: BenchValue = { n: 0, text: 'x'.repeat(1000) };

/** Counts. */
export const count = step({ id: 'count', in: { value }, out: { value } });
/** Counts, and is cached. */
export const kept = step({ id: 'kept', in: { value }, out: { value }, pure: true, version: '1', cache: true });
/** 8 MB of text, and how long a text is. */
export const fill = step({ id: 'fill', in: {}, out: { text: z.string() } });
export const weigh = step({ id: 'weigh', in: { text: z.string() }, out: { length: z.number() } });
/** Counts after `ms`. */
export const pace = step({ id: 'pace', in: { value }, out: { value }, options: { ms: z.number() } });

const counted = ({ n, text }: BenchValue): BenchValue => ({ n: n + 1, text });

export const steps: readonly Impl[] = [
  impl(kept, input => ({ value: counted(input.value) })),
  impl(fill, () => ({ text: 'x'.repeat(8 * 1024 * 1024) })),
  impl(weigh, ({ text }) => ({ length: text.length })),
  impl(count, input => ({ value: counted(input.value) })),
  impl(pace, async (input, ctx) => {
    await wait(ctx.options.ms, undefined, { signal: ctx.signal });
    return { value: counted(input.value) };
  }),
];
