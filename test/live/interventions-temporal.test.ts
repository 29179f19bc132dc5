/** What only Temporal has: updates and signals that come with the start, workers that are not there, searching, its UI. */
import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { expect, test } from 'vitest';
import { compile } from '../../src/graph/compile.js';
import { override } from '../../src/graph/intervene.js';
import { INTERVENE, OVERRIDDEN_ATTRIBUTE, STATUS_ATTRIBUTE } from '../../src/protocol/names.js';
import { ENGINE_VERSION, type StartArgument } from '../../src/protocol/start.js';
import { literal } from '../../src/value/leaf.js';
import { coffee, executedBy, gatedChain, isWaiting, joined, open, registered } from './fixtures/interventions.js';
import { chain } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { historyOf, typeName } from './history.js';
import { checkRuns, checkTasks } from './surfaces.js';
import { thrownBy, useEspalier } from './use-espalier.js';

const live = Live.use({ ...registered, steps: [...(registered.steps ?? []), ...steps] });
const espalier = useEspalier(live);
const other = useEspalier(live);

const HALF = { before: 'n0010' };

const sent = (at: string, value: number, id = 'i-1') => ({ id, at, kind: 'override', value: literal(value) });
const scheduled = async (id: string) => (await historyOf(live.client, id)).of('ActivityTaskScheduled').map(typeName);

const argument = (): StartArgument => ({
  engineVersion: ENGINE_VERSION,
  plan: compile(coffee),
  inputs: { '$in.beans': literal(20), '$in.water': literal(200) },
  options: {},
  searchable: true,
});

test('an update that comes with the start acts before anything is scheduled', async () => {
  const workflowId = randomUUID();
  const startWorkflowOperation = new WithStartWorkflowOperation('coffee', {
    workflowId,
    args: [argument()],
    taskQueue: live.queue,
    workflowIdConflictPolicy: 'FAIL',
  });
  const { workflow } = live.client;
  const options = { args: [sent('grind.powder', 25)] as [object], startWorkflowOperation };
  expect(await workflow.executeUpdateWithStart(INTERVENE, options)).toMatchObject({ outcome: 'applied', seq: 1 });
  const run = espalier().run(workflowId, coffee);
  expect(await run.result()).toEqual({ coffee: 'Cup of latte with 200ml' });
  expect(await scheduled(workflowId)).toEqual(['brew']);
  await checkRuns(live, [run]);
});

test('a refused update that comes with the start leaves no event, and the run goes on', async () => {
  const workflowId = randomUUID();
  const startWorkflowOperation = new WithStartWorkflowOperation('coffee', {
    workflowId,
    args: [argument()],
    taskQueue: live.queue,
    workflowIdConflictPolicy: 'FAIL',
  });
  const options = { args: [sent('nowhere.powder', 25)] as [object], startWorkflowOperation };
  const error = await thrownBy(live.client.workflow.executeUpdateWithStart(INTERVENE, options));
  expect(error).toMatchObject({ name: 'WorkflowUpdateFailedError' });
  const run = espalier().run(workflowId, coffee);
  await run.result();
  expect((await historyOf(live.client, workflowId)).count('WorkflowExecutionUpdateAccepted')).toBe(0);
  await checkRuns(live, [run]);
});

test('a signal that comes with the start acts before anything is scheduled', async () => {
  const workflowId = randomUUID();
  const signalArgs = [sent('grind.powder', 25)];
  const how = { workflowId, args: [argument()], taskQueue: live.queue, signal: INTERVENE, signalArgs };
  await live.client.workflow.signalWithStart('coffee', how);
  const run = espalier().run(workflowId, coffee);
  expect(await run.result()).toEqual({ coffee: 'Cup of latte with 200ml' });
  expect(await scheduled(workflowId)).toEqual(['brew']);
  await checkRuns(live, [run]);
});

test.each([
  ['nothing', []],
  ['no object', ['override']],
  ['no address', [{ id: 'x', kind: 'override', value: literal(1) }]],
  ['a bare value', [{ id: 'x', at: 'grind.powder', kind: 'override', value: 25 }]],
  ['no payload', [{ id: 'x', at: 'grind.powder', kind: 'override' }]],
])('of %s an update is refused and a signal ignored', async (_, args) => {
  const gate = randomUUID();
  const run = await espalier().start(gatedChain({ first: gate }), { input: { n: 0 } });
  await expect.poll(() => isWaiting(gate)).toBe(true);
  const handle = live.client.workflow.getHandle(run.id);
  const error = await thrownBy(handle.executeUpdate(INTERVENE, { args: args as unknown as [object] }));
  expect(error).toMatchObject({ name: 'WorkflowUpdateFailedError', cause: { type: 'invalid_request' } });
  await handle.signal(INTERVENE, ...args);
  open(gate);
  expect(await run.result()).toEqual({ n: 3 });
  expect((await run.view()).interventions).toBeUndefined();
  await checkRuns(live, [run]);
});

test('a refused one that comes as a signal stands in the view with why', async () => {
  const gate = randomUUID();
  const run = await espalier().start(gatedChain({ first: gate }), { input: { n: 0 } });
  await expect.poll(() => isWaiting(gate)).toBe(true);
  await live.client.workflow.getHandle(run.id).signal(INTERVENE, sent('nowhere.n', 1, 'lost'));
  await expect
    .poll(async () => (await run.view()).interventions)
    .toMatchObject([{ id: 'lost', refused: { code: expect.any(String) } }]);
  open(gate);
  await run.result();
  await checkRuns(live, [run]);
});

test('without a worker an intervention is kept, and its outcome is in the view later', async () => {
  const taskQueue = `${live.queue}-late`;
  const run = await espalier().start(coffee, { input: { beans: 20, water: 200 }, taskQueue });
  const intervention = override(coffee.at.grind.out.powder, 25, { id: 'early' });
  expect(await run.intervene(intervention, { timeout: 300 })).toEqual({ id: 'early', pending: true });
  expect((await run.view()).status).toBe('pending');
  await live.work(registered, { taskQueue });
  expect(await run.result()).toEqual({ coffee: 'Cup of latte with 200ml' });
  expect((await run.view()).interventions).toMatchObject([{ id: 'early', outcome: 'applied', effect: 'used' }]);
  expect(await scheduled(run.id)).toEqual(['brew']);
  await checkRuns(live, [run]);
});

test('of five from two clients with one id, one acts and all hear the same', async () => {
  const gate = randomUUID();
  const run = await espalier().start(gatedChain({ first: gate }), { input: { n: 0 } });
  await expect.poll(() => isWaiting(gate)).toBe(true);
  const intervention = { at: 'second.n', kind: 'override', value: 40, id: 'shared' };
  const clients = [espalier(), other(), espalier(), other(), espalier()];
  const heard = await Promise.all(clients.map(client => client.run(run.id).intervene(intervention)));
  expect(new Set(heard.map(answer => JSON.stringify(answer))).size).toBe(1);
  open(gate);
  expect(await run.result()).toEqual({ n: 41 });
  expect((await run.view()).interventions).toHaveLength(1);
  await checkRuns(live, [run]);
});

test('more at once than the server takes are all answered', async () => {
  const gate = randomUUID();
  const run = await espalier().start(joined(gate), { input: { n: 0 } });
  await expect.poll(() => isWaiting(gate)).toBe(true);
  const values = Array.from({ length: 40 }, (_, k) => k);
  const sending = values.map(value => run.intervene({ at: 'second.n', kind: 'override', value }));
  expect((await Promise.all(sending)).map(({ outcome }) => outcome)).toEqual(values.map(() => 'applied'));
  open(gate);
  await run.result();
  await checkRuns(live, [run]);
});

test('an intervention in a run that nobody has is `not_found`', async () => {
  const error = await thrownBy(espalier().run('nobody').intervene({ at: 'a.n', kind: 'override', value: 1 }));
  expect(error).toMatchObject({ code: 'not_found' });
});

test('an overridden run is found by that, and its UI tells of it', async () => {
  const interventions = [override(coffee.at.brew.in.powder, 25, { reason: 'a | b' })];
  const run = await espalier().start(coffee, { input: { beans: 20, water: 200 }, interventions });
  await run.result();
  const handle = live.client.workflow.getHandle(run.id);
  const { searchAttributes } = await handle.describe();
  expect(searchAttributes[STATUS_ATTRIBUTE]).toEqual(['completed_with_overrides']);
  expect(searchAttributes[OVERRIDDEN_ATTRIBUTE]).toEqual([true]);
  await expect
    .poll(async () => (await espalier().list({ overridden: true })).runs.map(({ id }) => id))
    .toContain(run.id);
  expect((await espalier().list({ status: 'completed_with_overrides' })).runs.map(({ id }) => id)).toContain(run.id);

  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(currentDetails).toContain('| brew/$in.powder | override | applied | used |  | a \\| b |');
  const history = await historyOf(live.client, run.id);
  const [, brewed] = history.of('ActivityTaskScheduled');
  expect(String(brewed?.userMetadata?.summary?.data)).toBe('"brew · powder overridden"');
  const [began] = history.events;
  expect(String(began?.workflowExecutionStartedEventAttributes?.input)).toBeDefined();
  expect(String(began?.userMetadata?.details?.data)).toContain('1 intervention');
  await checkRuns(live, [run]);
});

test('a start repeated with other interventions is a conflict, ids that nobody chose do not count', async () => {
  const idempotencyKey = randomUUID();
  const input = { beans: 20, water: 200 };
  const begin = (value: number) =>
    espalier().start(coffee, { idempotencyKey, input, interventions: [override(coffee.at.grind.out.powder, value)] });
  const [first, again] = [await begin(25), await begin(25)];
  expect(again.id).toBe(first.id);
  expect(await thrownBy(begin(26))).toMatchObject({
    code: 'idempotency_conflict',
    message: expect.stringContaining('other interventions'),
  });
  await first.result();
  expect(executedBy(first.id)).toEqual(['brew']);
  await checkRuns(live, [first]);
});

test('2,000 interventions and more in one run are all answered, whatever the server takes of updates', async () => {
  const gate = randomUUID();
  const run = await espalier().start(joined(gate), { input: { n: 0 } });
  await expect.poll(() => isWaiting(gate)).toBe(true);
  const before = Date.now();
  const values = Array.from({ length: 2050 }, (_, k) => k);
  const sending = values.map(value => run.intervene({ at: 'second.n', kind: 'override', value }, { timeout: 60_000 }));
  const outcomes = (await Promise.all(sending)).map(({ outcome }) => outcome);
  console.log(`${values.length} interventions took ${Date.now() - before} ms`);
  expect(outcomes).toEqual(values.map(() => 'applied'));
  expect((await run.view()).interventions).toHaveLength(values.length);
  open(gate);
  await run.result();
  // Not folded: a replay delivers a signal later than the worker did if its task did nothing else and another followed at once.
  await checkTasks(live, run.id);
}, 180_000);

test('what a run has taken it knows in its next links', async () => {
  const run = await espalier().start(chain(30), { input: { n: 0 }, linkLimits: { events: 30 }, breakpoints: [HALF] });
  await expect.poll(async () => (await run.view()).holds).toHaveLength(1);
  const same = { at: 'n0020.n', kind: 'override', value: 100, id: 'kept' };
  const first = await run.intervene(same);
  expect(await run.intervene(same)).toEqual(first);
  await run.continue();
  expect(await run.result()).toEqual({ n: 109 });
  const view = await run.view();
  expect(view.link).toBeGreaterThan(1);
  expect(view.interventions).toMatchObject([{ id: 'kept', outcome: 'applied', effect: 'used' }]);
  await checkRuns(live, [run]);
});
