import { z } from 'zod';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';

/** As test/graph/types.ts, of implementations. */
const Day = z.codec(z.iso.date(), z.date(), { decode: s => new Date(s), encode: d => d.toISOString().slice(0, 10) });
const ocr = step({
  id: 'ocr',
  in: { image: z.string(), lang: z.string().default('en'), note: z.string().optional() },
  out: { text: z.string(), on: Day, page: z.int().optional() },
  options: { dpi: z.number().default(300), mode: z.enum(['fast', 'best']) },
});
const sink = step({ id: 'sink', in: { text: z.string() }, out: {} });
const nested = step({ id: 'nested', in: {}, out: { of: z.object({ kind: z.enum(['a', 'b']) }) } });

impl(ocr, ({ image, lang, note }, ctx) => {
  const length: number = image.length + lang.length + ctx.options.dpi + (note?.length ?? 0);
  const mode: 'fast' | 'best' = ctx.options.mode;
  ctx.log.info(mode, { length });
  ctx.progress(1, 2);
  return { text: ctx.idempotencyKey, on: new Date() };
});
impl(sink, async ({ text }) => void text);
impl(nested, async () => ({ of: { kind: 'a' } }));

// @ts-expect-error wrong type of an output
impl(ocr, () => ({ text: 5, on: new Date() }));
// @ts-expect-error the JSON side where the code side is wanted
impl(ocr, () => ({ text: '', on: '2026-01-01' }));
// @ts-expect-error a missing output
impl(ocr, async () => ({ text: '' }));
// @ts-expect-error an input that the contract lacks
impl(ocr, ({ extra }) => ({ text: extra, on: new Date() }));
// @ts-expect-error an option that the contract lacks
impl(sink, (_input, ctx) => void ctx.options.dpi);
// @ts-expect-error nothing, where outputs are wanted
impl(ocr, () => {});
