/** What the soak runs: sizes that no limit of Temporal's may stop. */
import { z } from 'zod';
import { graph, impl, step, stream, type Impl } from '../../src/index.js';

const n = z.number();

const numbers = step({ id: 'numbers', in: { count: n }, out: { list: z.array(n) } });
const texts = stream({ id: 'texts', in: { count: n }, yields: { text: z.string() } });
const lengths = step({ id: 'lengths', in: { texts: z.array(z.string()) }, out: { count: n, length: n } });
const plus = step({ id: 'plus', in: { n }, out: { n } });

export const soakSteps: readonly Impl[] = [
  impl(numbers, ({ count }) => ({ list: Array.from({ length: count }, (_, k) => k) })),
  impl(texts, async function* ({ count }) {
    for (let k = 0; k < count; k += 1) yield { text: String(k).padEnd(1000) };
  }),
  impl(lengths, ({ texts: all }) => ({ count: all.length, length: all.join('').length })),
  impl(plus, ({ n: of }) => ({ n: of + 1 })),
];

/** Three steps for each item of a list. */
export const items = graph({ id: 'soak-items', in: { count: n }, out: { all: z.array(n) } }, (g, i) => {
  const made = g.run(numbers, { count: i.count });
  const each = g.each(made.list, { as: 'each' }, (g, item) => {
    const a = g.run(plus, { n: item }, { as: 'a' });
    const b = g.run(plus, { n: a.n }, { as: 'b' });
    return { out: { n: g.run(plus, { n: b.n }, { as: 'c' }).n } };
  });
  return { out: { all: each.n } };
});

/** A stream of 1 KB each, collected. */
export const collected = graph({ id: 'soak-collected', in: { count: n }, out: { count: n, length: n } }, (g, i) => {
  const source = g.run(texts, { count: i.count });
  const all = g.run(lengths, { texts: g.collect(source.items).text });
  return { out: { count: all.count, length: all.length } };
});

/** One step for each iteration. */
export const loop = graph({ id: 'soak-loop', in: { count: n }, out: { n } }, (g, i) => {
  const counting = g.loop({ as: 'loop', state: { n }, init: { n: 0 }, max: 1_000_000 }, (g, s) => {
    const next = g.run(plus, { n: s.n });
    return { next: { n: next.n }, until: { expr: 'n >= count', in: { n: next.n, count: i.count } } };
  });
  return { out: { n: counting.n } };
});

/** `width` chains of `depth` nodes. */
export const layers = (width: number, depth: number) =>
  graph({ id: 'soak-nodes', in: { n }, out: { all: z.array(n) } }, (g, i) => {
    const ends = Array.from({ length: width }, (_, x) => {
      let last = i.n;
      for (let y = 0; y < depth; y += 1) last = g.run(plus, { n: last }, { as: `n${x}_${y}` }).n;
      return last;
    });
    return { out: { all: g.list(ends) } };
  });
