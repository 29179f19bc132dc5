/** As types.ts: what the compiler must accept and refuse of streams. */
import { z } from 'zod';
import type { Addr } from '../../src/graph/address.js';
import type { InputOf } from '../../src/graph/contract.js';
import { graph } from '../../src/graph/graph.js';
import { override } from '../../src/graph/intervene.js';
import { step } from '../../src/graph/step.js';
import { stream } from '../../src/graph/stream.js';
import { impl } from '../../src/step/impl.js';

const Day = z.codec(z.iso.date(), z.date(), { decode: s => new Date(s), encode: d => d.toISOString().slice(0, 10) });
const split = stream({
  id: 'split',
  in: { pdf: z.string() },
  yields: { image: z.string(), page: z.int(), note: z.string().optional() },
  out: { pages: z.int() },
  options: { dpi: z.number().default(300) },
  context: { apiKey: z.string() },
});
const days = stream({ id: 'days', in: {}, yields: { on: Day } });
const clean = step({ id: 'clean', in: { text: z.string() }, out: { text: z.string() } });
const join = step({
  id: 'join',
  in: { texts: z.array(z.string()), pages: z.array(z.int()) },
  out: { doc: z.string() },
});
const pdf = { pdf: z.string() };

const docs = graph({ id: 'docs', in: pdf, out: { doc: z.string(), count: z.int() } }, (g, i) => {
  const s = g.run(split, { pdf: i.pdf }, { options: { dpi: 600 } });
  const options = { as: 'pages', concurrency: 4, buffer: 10, ordered: false } as const;
  const pages = g.each(s.items, options, (g, item, index) => {
    const text = g.run(clean, { text: item.image });
    return { out: { text: g.first(item.note, text.text), page: item.page, index }, nodes: [text] };
  });
  const all = g.collect(s.items, { partial: true });
  const named = g.collect(s.items, { as: 'named' });
  const doc = g.run(join, { texts: pages.text, pages: pages.page });
  g.run(join, { texts: all.image, pages: named.page }, { as: 'other' });
  return { out: { doc: doc.doc, count: s.pages }, nodes: [s, pages, all, named] };
});
export const list = [
  override(docs.at.split.items, [
    { image: 'a', page: 1 },
    { image: 'b', page: 2, note: 'c' },
  ]),
  override(docs.at.split.out.pages, 2),
  override(docs.at.pages.in.items, [{ image: 'a', page: 1 }]),
  override(docs.at.pages.item(3).clean.out.text, 'item 3'),
  override(docs.at.pages.out.text, ['all']),
  override(docs.at.split_items.out.image, ['all']),
  override(docs.at.named.out.note, ['all']),
];
export const text: Addr<string> = docs.at.pages.item(0).clean.in.text;

// N to M
graph({ id: 'nm', in: { l: z.array(z.string()) }, out: { r: z.array(z.string()) } }, (g, i) => {
  const e = g.each(i.l, { as: 'e' }, (g, pdf) => {
    const s = g.run(split, { pdf });
    const inner = g.each(s.items, { as: 'inner' }, (_g, it) => ({ out: { image: it.image } }));
    return { out: { images: inner.image }, nodes: [s, inner] };
  });
  return { out: { r: g.flat(e.images) }, nodes: [e] };
});

impl(split, async function* ({ pdf }, ctx) {
  ctx.log.info(pdf, { dpi: ctx.options.dpi.toFixed(), key: ctx.context.apiKey.length });
  yield { image: pdf, page: 1 };
  return { pages: 1 };
});
impl(days, async function* () {
  yield { on: new Date() };
});
const paged = stream({ id: 'paged', in: {}, yields: { on: Day, page: z.int() }, cursor: 'on' });
impl(paged, async function* (_, { cursor }) {
  const from: Date | undefined = cursor;
  yield { on: from ?? new Date(), page: 1 };
});
impl(days, async function* (_, { cursor }) {
  const none: undefined = cursor;
  yield { on: none ?? new Date() };
});
// @ts-expect-error a cursor that is no yield
stream({ id: 'lost', in: {}, yields: { n: z.int() }, cursor: 'm' });
// @ts-expect-error a stream must be a generator
impl(split, async () => ({ pages: 1 }));
// @ts-expect-error yields the wrong shape
impl(split, async function* ({ pdf }: InputOf<typeof split>) {
  yield { image: 3, page: pdf.length };
  return { pages: 1 };
});
// @ts-expect-error the JSON side where the code side is wanted
impl(days, async function* () {
  yield { on: '2026-01-01' };
});
// @ts-expect-error returns no outputs
impl(split, async function* ({ pdf }: InputOf<typeof split>) {
  yield { image: pdf, page: 1 };
});
// @ts-expect-error a step is no generator
impl(clean, async function* () {
  yield { text: 'a' };
});
// @ts-expect-error a stream without yields
stream({ id: 'none', in: {} });
// @ts-expect-error a stream can't be cached
stream({ id: 'cached', in: {}, yields: { n: z.int() }, pure: true, cache: true });

graph({ id: 'e5', in: pdf, out: {} }, (g, i) => {
  const s = g.run(split, { pdf: i.pdf });
  // @ts-expect-error items wired without each
  g.run(clean, { text: s.items });
  // @ts-expect-error items as a list
  g.flat(s.items);
  // @ts-expect-error an output as a list of items
  g.collect(s.pages);
  // @ts-expect-error a list that is no stream's
  g.collect(g.list([i.pdf]));
  g.each(s.items, { as: 'a' }, (g, item) => {
    // @ts-expect-error an item has no such port
    g.run(clean, { text: item.text });
    // @ts-expect-error a yield that may be absent
    g.run(clean, { text: item.note }, { as: 'b' });
    return { out: {} };
  });
  // @ts-expect-error an item as a whole
  g.each(s.items, { as: 'c' }, (_g, item) => ({ out: { item } }));
  return { out: {} };
});
graph({ id: 'e11', in: { l: z.array(z.string()), t: z.string() }, out: {} }, (g, i) => {
  const s = g.run(split, { pdf: i.t });
  // @ts-expect-error items as an output of each
  g.each(i.l, { as: 'e' }, () => ({ out: { x: s.items } }));
  // @ts-expect-error how many items of a list may wait
  g.each(i.l, { as: 'f', buffer: 2 }, (_g, x) => ({ out: { x } }));
  // @ts-expect-error a step has no items
  void g.run(clean, { text: i.t }).items;
  return { out: {} };
});
// @ts-expect-error a value for the list of items
override(docs.at.split.items, { image: 'a', page: 1 });
// @ts-expect-error items without what each has
override(docs.at.split.items, [{ image: 'a' }]);
// @ts-expect-error a step has no items
void docs.at.pages.item(0).clean.items;
