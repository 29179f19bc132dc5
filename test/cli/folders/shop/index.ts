/** Steps and graphs for the tests of the command line. */
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { graph, impl, step, StepError } from 'espalier';
import { z } from 'zod';

const price = step({ id: 'price', in: { article: z.string(), count: z.int() }, out: { total: z.number() } });
const gate = step({ id: 'gate', in: { total: z.number(), file: z.string() }, out: { total: z.number() } });
const parcel = step({ id: 'parcel', in: { total: z.number() }, out: { label: z.string(), tags: z.array(z.string()) } });

export const order = graph(
  {
    id: 'order',
    in: {
      article: z.string(),
      count: z.int().min(1).default(1),
      tags: z.array(z.string()).default([]),
      express: z.boolean().optional(),
    },
    out: { label: z.string(), total: z.number() },
  },
  (g, i) => {
    const priced = g.run(price, { article: i.article, count: i.count });
    const packed = g.run(parcel, { total: priced.total });
    return { out: { label: packed.label, total: priced.total }, nodes: [priced, packed] };
  },
);

/** Waits in the middle until a file is there. */
export const gated = graph({ id: 'gated', in: { file: z.string() }, out: { label: z.string() } }, (g, i) => {
  const priced = g.run(price, { article: 'pear', count: 2 });
  const waited = g.run(gate, { total: priced.total, file: i.file });
  const packed = g.run(parcel, { total: waited.total });
  return { out: { label: packed.label }, nodes: [priced, waited, packed] };
});

export const steps = [
  impl(price, ({ article, count }, ctx) => {
    ctx.log.info('looking for the price', { article, ...ctx.baggage });
    if (article === 'nothing') {
      throw new StepError('no_such_article', 'there is no article "nothing"', {
        cause: new Error('the shelf is empty'),
      });
    }
    return { total: count * 2.5 };
  }),
  impl(gate, async ({ total, file }, ctx) => {
    for (let looked = 1; !existsSync(file); looked += 1) {
      ctx.progress(looked);
      await wait(20, undefined, { signal: ctx.signal });
    }
    return { total };
  }),
  impl(parcel, ({ total }) => {
    if (total > 1000) throw new StepError('too_heavy', `${total} is more than 1000`);
    return { label: `parcel of ${total}`, tags: [] };
  }),
];
