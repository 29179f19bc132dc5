import { z } from 'zod';
import { graph } from '../src/graph/graph.js';
import { count, fill, kept, pace, value, weigh } from './steps.js';

/** `length` steps one after another. */
export const chain = (length: number) =>
  graph({ id: 'chain', in: { value }, out: { value } }, (g, i) => {
    let last = i.value;
    for (let k = 0; k < length; k += 1) last = g.run(count, { value: last }, { as: `n${k}` }).value;
    return { out: { value: last } };
  });

/** `depth` layers of `width` steps; each reads the same place of the layer before. A fan-out is one layer. */
export const layered = (depth: number, width: number, counting: typeof count | typeof kept = count) =>
  graph({ id: 'layered', in: { value }, out: { all: z.array(value) } }, (g, i) => {
    const columns = Array.from({ length: width }, (_, column) => {
      let last = i.value;
      for (let k = 0; k < depth; k += 1) last = g.run(counting, { value: last }, { as: `n${k}-${column}` }).value;
      return last;
    });
    return { out: { all: g.list(columns) } };
  });

/** One large value, read by `readers` steps. */
export const read = (readers: number) =>
  graph({ id: 'read', in: {}, out: { all: z.array(z.number()) } }, g => {
    const { text } = g.run(fill, {});
    const lengths = Array.from({ length: readers }, (_, k) => g.run(weigh, { text }, { as: `n${k}` }).length);
    return { out: { all: g.list(lengths) } };
  });

/** `length` steps that take `ms` each. */
export const paced = (length: number, ms: number) =>
  graph({ id: 'paced', in: { value }, out: { value } }, (g, i) => {
    let last = i.value;
    for (let k = 0; k < length; k += 1) {
      last = g.run(pace, { value: last }, { as: `n${k}`, options: { ms } }).value;
    }
    return { out: { value: last } };
  });

/** Three steps, and then nothing for an hour. */
export const resting = graph({ id: 'resting', in: { value }, out: { value } }, (g, i) => {
  let last = i.value;
  for (let k = 0; k < 3; k += 1) last = g.run(count, { value: last }, { as: `n${k}` }).value;
  return { out: { value: g.sleep(last, '1h', { as: 'rest' }) } };
});
