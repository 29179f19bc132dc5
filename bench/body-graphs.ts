/** Streams, eaches and loops; `bench/hand-written/bodies.ts` has the same by hand. */
import { z } from 'zod';
import { graph } from '../src/graph/graph.js';
import { count, value } from './steps.js';
import { emit, late } from './stream-steps.js';

const n = z.number();
const list = z.array(value);

/** What a stream yields, as a list. */
export const collected = graph({ id: 'collected', in: { count: n, ms: n }, out: { all: list } }, (g, i) => {
  const source = g.run(emit, { count: i.count, ms: i.ms });
  return { out: { all: g.collect(source.items).value } };
});

/** How late the step of each item begins. */
export const lates = graph({ id: 'lates', in: { count: n, ms: n }, out: { all: z.array(n) } }, (g, i) => {
  const source = g.run(emit, { count: i.count, ms: i.ms });
  const each = g.each(source.items, { as: 'each' }, (g, item) => ({
    out: { ms: g.run(late, { value: item.value }).ms },
  }));
  return { out: { all: each.ms } };
});

/** A step for each item of a list, `concurrency` at once. */
export const eachOfList = (concurrency: number) =>
  graph({ id: 'each-of-list', in: { list }, out: { all: list } }, (g, i) => {
    const each = g.each(i.list, { as: 'each', concurrency }, (g, item) => ({
      out: { value: g.run(count, { value: item }).value },
    }));
    return { out: { all: each.value } };
  });

/** The same of a stream. */
export const eachOfStream = (concurrency: number) =>
  graph({ id: 'each-of-stream', in: { count: n, ms: n }, out: { all: list } }, (g, i) => {
    const source = g.run(emit, { count: i.count, ms: i.ms });
    const each = g.each(source.items, { as: 'each', concurrency }, (g, item) => ({
      out: { value: g.run(count, { value: item.value }).value },
    }));
    return { out: { all: each.value } };
  });

/** One step for each iteration; the workflow itself says when it is enough. */
export const counted = graph({ id: 'counted', in: { value, until: n }, out: { value } }, (g, i) => {
  const loop = g.loop({ as: 'loop', state: { value }, init: { value: i.value }, max: 1_000_000 }, (g, state) => {
    const next = g.run(count, { value: state.value });
    return {
      next: { value: next.value },
      until: { expr: 'value.n >= enough', in: { value: next.value, enough: i.until } },
    };
  });
  return { out: { value: loop.value } };
});
