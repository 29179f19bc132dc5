/** Workers that die inside what an intervention needs: it is called again until it is recorded, and counts once. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { operate, override } from '../../src/graph/intervene.js';
import { addLater, callsIn, numberLater } from './fixtures/crashing.js';
import { inc } from './fixtures/steps.js';
import { checkFold } from './fold-check.js';
import { Live } from './harness.js';
import { historyOf } from './history.js';
import { useEspalier } from './use-espalier.js';
import { startWorkerChild, type WorkerChild } from './worker-child.js';

const live = Live.use();
const espalier = useEspalier(live);
const children: WorkerChild[] = [];
const child = async (): Promise<WorkerChild> => {
  const started = await startWorkerChild(live);
  children.push(started);
  return started;
};
afterEach(async () => {
  await Promise.all(children.splice(0).map(each => each.kill('SIGKILL')));
});

const n = z.number();
const two = graph({ id: 'two', in: { n }, out: { a: n, b: n } }, (g, i) => {
  const first = g.run(inc, { n: i.n }, { as: 'first' });
  const second = g.run(inc, { n: first.n }, { as: 'second' });
  return { out: { a: first.n, b: second.n }, nodes: [first, second] };
});

test('I4 I5 a merge and a resolver whose worker is killed are called again, and everybody sees one result', async () => {
  const file = join(live.dataDir, randomUUID());
  const [merging] = [await child()];
  const run = await espalier().start(two, {
    input: { n: 1 },
    interventions: [
      operate(two.at.first.out.n, addLater, { by: 10, file }),
      override(two.at.second.in.n, numberLater({ n: 100, file })),
    ],
  });
  await merging.ended;
  const second = await child();
  await Promise.race([second.ended.then(child), run.ended()]);
  expect(await run.result()).toEqual({ a: 12, b: 101 });
  expect([...callsIn(file)].sort()).toEqual(['merge 2', 'merge 2', 'resolve 100', 'resolve 100']);
  const history = await historyOf(live.client, run.id);
  const own = history
    .of('ActivityTaskScheduled')
    .map(event => event.activityTaskScheduledEventAttributes?.activityType?.name);
  expect(own.toSorted()).toEqual(['espalier.merge', 'espalier.resolve', 'inc', 'inc']);
  await checkFold(live, run.id);
});
