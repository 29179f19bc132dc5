/** Workers that share a queue need not have the same steps: a run only takes longer. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';
import { Live } from './harness.js';

const mine = step({ id: 'mine', in: { n: z.number() }, out: { n: z.number() } });
const yours = step({ id: 'yours', in: { n: z.number() }, out: { n: z.number() } });
const both = graph({ id: 'both', in: { n: z.number() }, out: { n: z.number() } }, (g, i) => {
  const first = g.run(mine, { n: i.n });
  const second = g.run(yours, { n: first.n });
  return { out: { n: second.n }, nodes: [first, second] };
});

const live = Live.use();

test('runs end although each of two workers on their queue has only half of the steps', async () => {
  await live.work({ steps: [impl(mine, ({ n }) => ({ n: n + 1 }))] });
  await live.work({ steps: [impl(yours, ({ n }) => ({ n: 10 * n }))] });
  const runs = await Promise.all(Array.from({ length: 12 }, (_, n) => live.start(both, { n })));
  const results = await Promise.all(runs.map(run => run.result()));
  expect(results).toEqual(runs.map((_, n) => ({ n: 10 * (n + 1) })));
}, 120_000);
