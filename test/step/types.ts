import { Readable } from 'node:stream';
import { z } from 'zod';
import { bytes, byteStream, text } from '../../src/graph/bytes.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { runLocal } from '../../src/local/run-local.js';
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

const call = step({
  id: 'call',
  in: {},
  out: {},
  context: { apiKey: z.string(), since: Day, retries: z.int().default(3) },
});
impl(call, (_input, { context }) => {
  const told: string = context.apiKey.toUpperCase() + context.since.getFullYear() + context.retries.toFixed();
  return void told;
});
// @ts-expect-error a context that the contract does not take
impl(call, (_input, ctx) => void ctx.context.password);
// @ts-expect-error nor does one without
impl(sink, (_input, ctx) => void ctx.context.apiKey);

const copy = step({
  id: 'copy',
  in: { it: byteStream(), say: text(), may: byteStream().optional() },
  out: { it: byteStream(), all: bytes(), may: byteStream().optional() },
});
impl(copy, async function ({ it, say, may = it }) {
  const size: number = it.size + say.length + may.size;
  for await (const piece of it) return { it: Readable.from([piece]), all: piece, may: piece };
  return { it, all: Buffer.alloc(size) };
});
const copies = graph({ id: 'copies', in: { it: byteStream(), page: text() }, out: { it: byteStream() } }, (g, i) => {
  g.run(copy, { it: 'YQ==', say: i.page }, { as: 'other' });
  return { out: { it: g.run(copy, { it: i.it, say: i.page }).it } };
});
export const read = async (): Promise<number> =>
  (await runLocal(copies, { input: { it: Readable.from([]), page: '' } }).result()).it.size;
runLocal(copies, { input: { it: Buffer.of(1), page: 'a' } });
// @ts-expect-error text where bytes are wanted
runLocal(copies, { input: { it: 'YQ==', page: 'a' } });
// @ts-expect-error a stream where all bytes are wanted
impl(copy, ({ it }) => ({ it, all: it }));
// @ts-expect-error a stream of something else
impl(copy, ({ it }) => ({ it: numbers(), all: Buffer.of() }));
async function* numbers() {
  yield 1;
}

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
