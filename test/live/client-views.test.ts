/** Views that were read before are read on, however many there are and whoever asks at once. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Views } from '../../src/client/views.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';
import { accessOf } from './fold-check.js';
import { Live } from './harness.js';

const double = step({ id: 'double', in: { n: z.number() }, out: { n: z.number() } });
const twice = graph({ id: 'twice', in: { n: z.number() }, out: { n: z.number() } }, (g, i) => {
  const first = g.run(double, { n: i.n }, { as: 'first' });
  const second = g.run(double, { n: first.n }, { as: 'second' });
  return { out: { n: second.n }, nodes: [first, second] };
});
const steps = [impl(double, ({ n }) => ({ n: 2 * n }))];

const live = Live.use();

test('many readers of more runs than are kept all see each run as it is, while it runs and when it has ended', async () => {
  const views = new Views(accessOf(live), 2);
  const runs = await Promise.all([1, 2, 3, 4, 5].map(n => live.start(twice, { n }, { id: `views-${randomUUID()}` })));
  const before = await Promise.all([...runs, ...runs, ...runs].map(run => views.of(run.id)));
  expect(new Set(before.map(({ status }) => status))).toEqual(new Set(['pending']));
  await live.work({ steps, graphs: [twice] });
  await Promise.all(runs.map(run => run.result()));
  for (let round = 0; round < 3; round += 1) {
    const after = await Promise.all([...runs, ...runs].map(run => views.of(run.id)));
    expect(after.map(({ outputs }) => outputs['n'])).toMatchObject(
      [4, 8, 12, 16, 20, 4, 8, 12, 16, 20].map(inline => ({ inline })),
    );
    expect(after.every(({ status, nodes }) => status === 'completed' && nodes.length === 2)).toBe(true);
  }
});

test('a run that was seen before it ended is seen to end, link after link', async () => {
  const views = new Views(accessOf(live));
  const run = await live.start(twice, { n: 1 }, { linkLimits: { events: 5 } });
  await views.of(run.id);
  await live.work({ steps, graphs: [twice] });
  await expect.poll(async () => (await views.of(run.id)).status).toBe('completed');
  const view = await views.of(run.id);
  expect(view).toEqual(await new Views(accessOf(live)).of(run.id));
  const last = await new Views(accessOf(live), undefined, Infinity).of(run.id);
  expect([last.link > 0, last.startedAt]).toEqual([true, view.startedAt]);
});
