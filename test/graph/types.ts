/**
 * What the compiler must accept and what it must refuse. Each `@ts-expect-error` stands right above the line the error must be
 * at: one that moves or goes away fails `tsc`, and with it `npm test` (types.test.ts).
 */
import { z } from 'zod';
import type { Addr } from '../../src/graph/address.js';
import { awaited } from '../../src/graph/awaited.js';
import type { Given } from '../../src/graph/ports.js';
import { step } from '../../src/graph/step.js';
import { graph } from '../../src/graph/graph.js';

const Day = z.codec(z.iso.date(), z.date(), { decode: s => new Date(s), encode: d => d.toISOString().slice(0, 10) });
const ocr = step({
  id: 'ocr',
  in: { image: z.string(), lang: z.string().default('en') },
  out: { text: z.string(), on: Day },
  options: { dpi: z.number().default(300), mode: z.enum(['fast', 'best']) },
  pure: true,
  retry: { attempts: 3 },
  timeout: '30s',
});
const clean = step({
  id: 'clean',
  in: { text: z.string() },
  out: { text: z.string(), ok: z.boolean(), note: z.string().optional() },
});
const isScan = step({ id: 'isScan', in: { image: z.string() }, out: { yes: z.boolean(), no: z.boolean() } });
const plain = step({ id: 'plain', in: { image: z.string() }, out: { text: z.string() } });
const join = step({
  id: 'join',
  in: { texts: z.array(z.string()), dates: z.array(z.iso.date()), title: z.string().optional(), day: Day },
  out: { doc: z.string() },
});
const weak = step({
  id: 'weak',
  in: {
    cfg: z.object({ a: z.string().optional() }),
    any: z.unknown().optional(),
    rec: z.record(z.string(), z.unknown()),
  },
  out: {},
});

const read = graph(
  {
    id: 'read',
    in: { image: z.string(), lang: z.string().default('en'), at: Day },
    out: { text: z.string(), on: Day },
  },
  (g, i) => {
    const o = g.run(ocr, { image: i.image, lang: i.lang }, { options: { mode: 'best' } });
    const better = g.run(clean, { text: o.text }, { as: 'better' });
    return { out: { text: better.text, on: o.on }, nodes: [o, better] };
  },
);
const docs = graph(
  {
    id: 'docs',
    in: { page: z.string(), cover: z.string(), day: Day, title: z.string().optional() },
    out: { doc: z.string(), text: z.string() },
  },
  (g, i) => {
    const scan = g.run(isScan, { image: i.page });
    const hard = g.run(read, { image: i.page, at: i.day }, { as: 'hard', when: scan.yes });
    const easy = g.run(plain, { image: i.page }, { as: 'easy', when: { expr: 'not yes', in: { yes: scan.yes } } });
    const cover = g.run(read, { image: i.cover, lang: 'de', at: '2026-01-01' }, { as: 'cover' });
    const text = g.first(hard.text, easy.text, i.page);
    const later = g.sleep(text, '5m', { as: 'later' });
    const texts = g.list([later, cover.text, g.first(easy.text, '')]);
    const doc = g.cluster('mill', { queue: 'mill', limit: 1 }, g =>
      g.run(join, { texts, dates: g.list([cover.on, g.first(hard.on, i.day)]), title: i.title, day: cover.on }),
    );
    return { out: { doc: doc.doc, text }, nodes: [scan, hard, easy, cover, doc] };
  },
);

export const texts: Addr<string>[] = [
  docs.at.cover.ocr.out.text,
  docs.at.hard.better.out.text,
  docs.at.cover.out.on,
  docs.at.isScan.in.image,
  docs.at.$in.day,
  docs.at.$out.doc,
];
export const yes: Addr<boolean> = docs.at.isScan.out.yes;

const Mode = z.enum(['fast', 'best']);
const moded = step({ id: 'moded', in: { mode: Mode, modes: z.array(Mode) }, out: { mode: Mode, any: z.unknown() } });
graph({ id: 'literals', in: { mode: Mode.optional() }, out: { mode: Mode, fixed: Mode } }, (g, i) => {
  const a = g.run(moded, { mode: g.first(i.mode, 'fast'), modes: ['best'] }, { as: 'a' });
  const b = g.run(
    moded,
    { mode: 'fast', modes: g.list([a.mode, i.mode]) },
    { as: 'b', when: { expr: 'x', in: { x: a.any } } },
  );
  g.run(moded, { mode: 'best', modes: [] }, { onFailure: { fallback: { mode: 'fast' } } });
  g.first(b.any, { a: 1 });
  return { out: { mode: g.first(b.mode, a.mode), fixed: 'fast' as const } };
});
export const policy = (how: 'fail' | 'skip') =>
  graph({ id: 'chosen', in: {}, out: { mode: Mode.optional() } }, g => ({
    out: { mode: g.run(moded, { mode: 'fast', modes: [] }, { onFailure: how }).mode },
  }));

const approve = graph(
  {
    id: 'approve',
    in: { ok: awaited(z.boolean()), by: awaited(z.string(), { deadline: '1h', default: 'nobody' }), day: awaited(Day) },
    out: { ok: z.boolean(), by: z.string(), day: Day },
  },
  (_g, i) => ({ out: { ok: i.ok, by: i.by, day: i.day } }),
);
export const started: Given<typeof approve.in>[] = [{}, { ok: true, day: new Date() }];
graph({ id: 'ok13', in: {}, out: { ok: z.boolean() } }, g => {
  const a = g.run(approve, {});
  const b = g.run(approve, { ok: a.ok, by: 'me', day: '2026-01-01' }, { as: 'b' });
  g.protect(b.ok, 'never');
  return { out: { ok: b.ok } };
});
// @ts-expect-error a default of the wrong type
awaited(z.number(), { deadline: '1h', default: 'many' });
// @ts-expect-error an awaited input of another type
export const startedWrong: Given<typeof approve.in> = { ok: 'yes' };
graph({ id: 'e24', in: { ok: awaited(z.boolean()) }, out: {} }, (g, i) => {
  // @ts-expect-error a protection that there is not
  g.protect(i.ok, 'always');
  return { out: {} };
});

const t = { t: z.string() };
const out = { text: z.string() };
graph({ id: 'e1', in: { n: z.number() }, out }, (g, i) => {
  // @ts-expect-error wrong type of a wire
  const c = g.run(clean, { text: i.n });
  return { out: { text: c.text } };
});
graph({ id: 'e2', in: {}, out }, g => {
  // @ts-expect-error missing port
  const c = g.run(clean, {});
  return { out: { text: c.text } };
});
graph({ id: 'e3', in: t, out }, (g, i) => {
  // @ts-expect-error extra port
  const c = g.run(clean, { text: i.t, foo: 1 });
  return { out: { text: c.text } };
});
graph({ id: 'e4', in: t, out }, (g, i) => {
  // @ts-expect-error an option of the wrong type
  const c = g.run(ocr, { image: i.t }, { options: { mode: 'slow' } });
  return { out: { text: c.text } };
});
// @ts-expect-error conditional output into a required port
graph({ id: 'e6', in: { ...t, b: z.boolean() }, out }, (g, i) => {
  const c = g.run(clean, { text: i.t }, { when: i.b });
  return { out: { text: c.text } };
});
// @ts-expect-error optional output into a required port
graph({ id: 'e7', in: t, out }, (g, i) => {
  const c = g.run(clean, { text: i.t });
  return { out: { text: c.note } };
});
graph({ id: 'e8', in: t, out }, (g, i) => {
  // @ts-expect-error a required option is missing
  const c = g.run(ocr, { image: i.t });
  return { out: { text: c.text } };
});
graph({ id: 'e9', in: { n: z.number() }, out: {} }, (g, i) => {
  // @ts-expect-error a number into a weak object
  g.run(weak, { cfg: i.n, rec: {} });
  return { out: {} };
});
graph({ id: 'e10', in: { n: z.number() }, out: {} }, (g, i) => {
  // @ts-expect-error a number into a record
  g.run(weak, { cfg: {}, rec: i.n });
  return { out: {} };
});
// @ts-expect-error a skipped output into a required port
graph({ id: 'e12', in: t, out }, (g, i) => {
  const c = g.run(clean, { text: i.t }, { onFailure: 'skip' });
  return { out: { text: c.text } };
});
graph({ id: 'ok12', in: t, out }, (g, i) => {
  const c = g.run(clean, { text: i.t }, { onFailure: { fallback: { text: '', ok: false } } });
  return { out: { text: c.text } };
});
graph({ id: 'e13', in: t, out }, (g, i) => {
  // @ts-expect-error a fallback of the wrong type
  const c = g.run(clean, { text: i.t }, { onFailure: { fallback: { text: 1, ok: false } } });
  return { out: { text: c.text } };
});
graph({ id: 'e14', in: t, out }, (g, i) => {
  // @ts-expect-error a fallback that leaves an output out
  const c = g.run(clean, { text: i.t }, { onFailure: { fallback: { text: '' } } });
  return { out: { text: c.text } };
});
graph({ id: 'e15', in: t, out }, (g, i) => {
  // @ts-expect-error a policy on a nested graph
  const c = g.run(read, { image: i.t, at: '2026-01-01' }, { timeout: '1s' });
  return { out: { text: c.text } };
});
export const uncertain = (how: 'fail' | 'skip') =>
  graph({ id: 'e22', in: {}, out: { mode: Mode } }, g => ({
    // @ts-expect-error an output that may be skipped, into a required port
    out: { mode: g.run(moded, { mode: 'fast', modes: [] }, { onFailure: how }).mode },
  }));
graph({ id: 'e23', in: { mode: Mode.optional() }, out: { mode: Mode } }, (g, i) => ({
  // @ts-expect-error a literal that is none of the enum
  out: { mode: g.first(i.mode, 'slow') },
}));
// @ts-expect-error a port is no value
graph({ id: 'e16', in: t, out }, (_g, i) => ({ out: { text: i.t.toUpperCase() } }));
// @ts-expect-error a missing output
graph({ id: 'e17', in: t, out }, () => ({ out: {} }));
// @ts-expect-error a literal of the code side where the JSON side is wanted
graph({ id: 'e18', in: {}, out: { on: Day } }, () => ({ out: { on: new Date() } }));
graph({ id: 'e19', in: t, out }, (g, i) => {
  // @ts-expect-error a condition that is no boolean
  const c = g.run(clean, { text: i.t }, { when: i.t });
  return { out: { text: g.first(c.text, '') } };
});
graph({ id: 'e20', in: t, out }, (g, i) => {
  // @ts-expect-error lists of another type
  const c = g.run(clean, { text: g.list([i.t]) });
  return { out: { text: c.text } };
});

// @ts-expect-error no such node
void docs.at.nope.out.text;
// @ts-expect-error no such port
void docs.at.cover.ocr.out.txt;
// @ts-expect-error an address of another type
export const wrong: Addr<number> = docs.at.cover.ocr.out.text;
// @ts-expect-error an address below a step
void docs.at.isScan.ocr;
// @ts-expect-error g.list of things that are not ports
graph({ id: 'e21', in: {}, out: { l: z.array(z.string()) } }, g => ({ out: { l: g.list(['a']) } }));
