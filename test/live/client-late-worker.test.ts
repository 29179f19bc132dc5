import { expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { inc, steps } from './fixtures/steps.js';
import { checkFold } from './fold-check.js';
import { Live } from './harness.js';

const live = Live.use();
const n = z.number();

test('the fold knows of a step that was cancelled by the task that commanded it', async () => {
  // Steps on a queue that nobody serves are answered from here, while no worker is up: one task hears it all.
  const { worker, done } = await live.work({ steps });
  const held = graph({ id: 'held', in: { n }, out: { n } }, (g, i) => {
    const [a, late] = g.cluster('far', { queue: `${live.queue}-far` }, far => [
      far.run(inc, { n: i.n }, { as: 'a' }),
      far.run(inc, { n: i.n }, { as: 'late', deadline: 2500 }),
    ]);
    const b = g.run(inc, { n: a.n }, { as: 'b' });
    return { out: { n: g.run(inc, { n: g.first(b.n, late.n) }, { as: 'c' }).n } };
  });
  const run = await live.start(held, { n: 1 });
  await expect.poll(async () => (await run.history()).count('ActivityTaskScheduled')).toBe(2);
  worker.shutdown();
  await done;
  await live.client.activity.complete({ workflowId: run.id, activityId: 'a' }, { out: { n: { size: 1, inline: 2 } } });
  await expect.poll(async () => (await run.history()).count('TimerFired'), { timeout: 10_000 }).toBe(1);
  await run.handle.signal('pause');
  await run.handle.signal('resume');
  await live.work({ steps });
  expect((await run.failure()).error).toMatchObject({ code: 'deadline', address: 'late' });
  expect((await run.history()).count('ActivityTaskScheduled')).toBe(2);
  await checkFold(live, run.id);
});
