/** As types.ts: what the compiler must accept and refuse of `g.each` and `g.loop`. */
import { z } from 'zod';
import type { Addr } from '../../src/graph/address.js';
import { graph } from '../../src/graph/graph.js';
import { input, override } from '../../src/graph/intervene.js';
import { step } from '../../src/graph/step.js';

const Day = z.codec(z.iso.date(), z.date(), { decode: s => new Date(s), encode: d => d.toISOString().slice(0, 10) });
const ocr = step({ id: 'ocr', in: { image: z.string() }, out: { text: z.string(), on: Day } });
const clean = step({
  id: 'clean',
  in: { text: z.string() },
  out: { text: z.string(), ok: z.boolean(), note: z.string().optional() },
});
const isScan = step({ id: 'isScan', in: { image: z.string() }, out: { yes: z.boolean(), no: z.boolean() } });
const split = step({ id: 'split', in: { pdf: z.string() }, out: { images: z.array(z.string()) } });
const join = step({
  id: 'join',
  in: { texts: z.array(z.string()), dates: z.array(z.iso.date()), numbers: z.array(z.int()), day: Day },
  out: { doc: z.string() },
});

const read = graph({ id: 'read', in: { image: z.string(), at: Day }, out: { text: z.string(), on: Day } }, (g, i) => {
  const o = g.run(ocr, { image: i.image });
  const refine = g.loop(
    {
      as: 'refine',
      state: { text: z.string(), on: Day },
      init: { text: o.text, on: '2026-01-01' },
      max: 5,
      onLimit: 'stop',
    },
    (g, s, n) => {
      const better = g.run(clean, { text: s.text }, { as: 'better' });
      const until = { expr: 'ok and n > 2', in: { ok: better.ok, n } };
      return { next: { text: better.text, on: i.at }, until, nodes: [better] };
    },
  );
  return { out: { text: refine.text, on: refine.on }, nodes: [o, refine] };
});
const docs = graph(
  { id: 'docs', in: { pdf: z.string(), cover: z.string(), day: Day }, out: { doc: z.string() } },
  (g, i) => {
    const s = g.run(split, { pdf: i.pdf });
    const pages = g.each(
      s.images,
      { as: 'pages', concurrency: 4, ordered: false, onFailure: 'stop' },
      (g, image, n) => {
        const scan = g.run(isScan, { image }, { as: 'scan' });
        const hard = g.run(read, { image, at: i.day }, { as: 'hard', when: scan.yes });
        return { out: { text: g.first(hard.text, image), on: g.first(hard.on, i.day), n }, nodes: [hard, scan] };
      },
    );
    const cover = g.run(read, { image: i.cover, at: '2026-01-01' }, { as: 'cover' });
    const doc = g.run(join, { texts: pages.text, dates: pages.on, numbers: pages.n, day: cover.on });
    return { out: { doc: doc.doc }, nodes: [s, pages, cover, doc] };
  },
);
export const list = [
  override(docs.at.cover.ocr.out.text, 'nested'),
  override(docs.at.cover.refine.iteration(2).better.out.text, 'iteration 2'),
  override(docs.at.pages.item(3).hard.ocr.out.text, 'item 3, nested'),
  override(docs.at.pages.item(3).hard.refine.iteration(0).better.in.text, 'both'),
  override(docs.at.pages.in.items, ['an image']),
  override(docs.at.pages.out.text, ['all']),
  override(docs.at.cover.refine.out.on, '2026-01-01'),
  input(docs.at.$in.day, '2026-01-01'),
];
export const yes: Addr<boolean> = docs.at.pages.item(0).scan.out.yes;

// N to M and filter
const people = z.array(z.object({ name: z.string(), tags: z.array(z.string()) }));
const tagsOf = step({ id: 'tagsOf', in: { person: people.element }, out: { tags: z.array(z.string()) } });
graph({ id: 'nm', in: { people, b: z.boolean() }, out: { r: z.array(z.string()), f: z.array(z.string()) } }, (g, i) => {
  const e = g.each(i.people, { as: 'e' }, (g, person) => {
    const { tags } = g.run(tagsOf, { person });
    const inner = g.each(tags, { as: 'inner' }, (_g, tag) => ({ out: { tag } }));
    const c = g.run(clean, { text: 'x' }, { when: i.b });
    return { out: { tags: inner.tag, text: c.text }, nodes: [inner] };
  });
  return { out: { r: g.flat(e.tags), f: e.text }, nodes: [e] };
});
// A loop by an expression, over state that may be left out.
graph({ id: 'count', in: {}, out: { n: z.int(), note: z.string().optional() } }, g => {
  const state = { n: z.int().default(0), note: z.string().optional() };
  const count = g.loop({ as: 'count', state, init: {}, until: 'n >= 3' }, (_g, s) => ({ next: { n: s.n } }));
  return { out: { n: count.n, note: count.note } };
});

const l = { l: z.array(z.string()) };
const state = { text: z.string() };
graph({ id: 'b1', in: { t: z.string() }, out: {} }, (g, i) => {
  // @ts-expect-error an each over what is no list
  g.each(i.t, { as: 'e' }, () => ({ out: {} }));
  return { out: {} };
});
graph({ id: 'b7', in: { l: z.array(z.string()).optional() }, out: {} }, (g, i) => {
  // @ts-expect-error an each over a list that may be absent
  g.each(i.l, { as: 'e' }, () => ({ out: {} }));
  return { out: {} };
});
graph({ id: 'b2', in: l, out: {} }, (g, i) => {
  // @ts-expect-error an each without an id
  g.each(i.l, {}, () => ({ out: {} }));
  return { out: {} };
});
graph({ id: 'b3', in: { l: z.array(z.number()) }, out: {} }, (g, i) => {
  g.each(i.l, { as: 'e' }, (g, item) => {
    // @ts-expect-error an item of the wrong type
    g.run(clean, { text: item });
    return { out: {} };
  });
  return { out: {} };
});
graph({ id: 'b4', in: l, out: {} }, (g, i) => {
  // @ts-expect-error an output that is no port
  g.each(i.l, { as: 'e' }, () => ({ out: { text: 'a' } }));
  return { out: {} };
});
graph({ id: 'b5', in: l, out: {} }, (g, i) => {
  const e = g.each(i.l, { as: 'e' }, (_g, item) => ({ out: { item } }));
  // @ts-expect-error a list into a port for one
  g.run(clean, { text: e.item });
  return { out: {} };
});
graph({ id: 'b6', in: { t: z.string(), n: z.int() }, out: {} }, (g, i) => {
  // @ts-expect-error a first state of the wrong type
  g.loop({ as: 'a', state, init: { text: i.n }, max: 1 }, (_g, s) => ({ next: { text: s.text } }));
  // @ts-expect-error no first state
  g.loop({ as: 'b', state, init: {}, max: 1 }, (_g, s) => ({ next: { text: s.text } }));
  // @ts-expect-error a next state of the wrong type
  g.loop({ as: 'c', state, init: { text: i.t }, max: 1 }, (_g, _s, n) => ({ next: { text: n } }));
  // @ts-expect-error a next state that may be absent
  g.loop({ as: 'd', state, init: { text: i.t }, max: 1 }, (g, s) => ({ next: { text: g.run(clean, s).note } }));
  // @ts-expect-error no next state
  g.loop({ as: 'e', state, init: { text: i.t }, max: 1 }, () => ({ next: {} }));
  // @ts-expect-error a state that is not there
  g.loop({ as: 'f', state, init: { text: i.t }, max: 1 }, (_g, s) => ({ next: { text: s.txt } }));
  // @ts-expect-error a condition that is no boolean
  g.loop({ as: 'h', state, init: { text: i.t } }, (_g, s) => ({ next: { text: s.text }, until: s.text }));
  return { out: {} };
});

// @ts-expect-error nodes of an each, without saying of which item
void docs.at.pages.hard;
// @ts-expect-error no such node in the body
void docs.at.pages.item(3).ocr;
// @ts-expect-error an iteration of an each
void docs.at.pages.iteration;
// @ts-expect-error a value of one item where all are
override(docs.at.pages.out.text, 'all');
// @ts-expect-error a value of the wrong type
override(docs.at.cover.refine.iteration(2).better.out.text, 2);
