import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { CANCEL, PAUSE, RESUME, STATUS_ATTRIBUTE } from '../../src/protocol/names.js';
import { milled, naps, one, workChain, workFan } from './fixtures/graphs.js';
import { readLedger } from './fixtures/ledger.js';
import { deaf, steps, tells, work } from './fixtures/steps.js';
import { Live } from './harness.js';

const live = Live.use({ steps });
const ledgerFile = (): string => join(live.dataDir, `${randomUUID()}.jsonl`);
const started = (file: string) => readLedger(file).filter(entry => entry.event === 'start');

test.each(['signal', 'update'] as const)(
  'a run paused by %s starts nothing new, lets what runs end, and goes on when resumed',
  async way => {
    const ledger = ledgerFile();
    const run = await live.start(workChain(5, { ms: 300, ledger }), { n: 0 });
    await expect.poll(() => started(ledger).length).toBe(2);
    await (way === 'signal' ? run.handle.signal(PAUSE) : run.handle.executeUpdate(PAUSE));
    await expect.poll(() => readLedger(ledger).filter(entry => entry.event === 'end').length).toBe(2);
    await expect.poll(async () => (await run.handle.describe()).searchAttributes[STATUS_ATTRIBUTE]).toEqual(['paused']);
    expect(await live.pending(run)).toEqual([]);
    expect(started(ledger)).toHaveLength(2);

    await (way === 'signal' ? run.handle.signal(RESUME) : run.handle.executeUpdate(RESUME));
    expect(await run.result()).toEqual({ n: 5 });
    expect((await run.handle.describe()).searchAttributes[STATUS_ATTRIBUTE]).toBeUndefined();
  },
);

test('a pause that comes with the start is heard before anything is scheduled', async () => {
  const run = await live.start(workChain(2, { ms: 0 }), { n: 0 }, { signal: PAUSE });
  await expect.poll(async () => (await run.handle.describe()).searchAttributes[STATUS_ATTRIBUTE]).toEqual(['paused']);
  expect((await run.history()).count('ActivityTaskScheduled')).toBe(0);
  await run.handle.signal(RESUME);
  expect(await run.result()).toEqual({ n: 2 });
});

test.each(['signal', 'update', 'temporal'] as const)(
  'cancelling by %s aborts what runs and ends the run as cancelled, with its partial results',
  async way => {
    const ledger = ledgerFile();
    const run = await live.start(workChain(3, { ms: 60_000, ledger }), { n: 0 });
    await expect.poll(() => started(ledger).length).toBe(1);
    const before = Date.now();
    if (way === 'signal') await run.handle.signal(CANCEL, 'no longer needed');
    else if (way === 'update') await run.handle.executeUpdate(CANCEL, { args: ['no longer needed'] });
    else await run.handle.cancel();
    const { error, abandoned } = await run.failure();
    expect(await run.status()).toBe('CANCELLED');
    expect(error).toMatchObject({ code: 'cancelled', message: way === 'temporal' ? 'cancelled' : 'no longer needed' });
    expect(abandoned).toEqual([]);
    expect(readLedger(ledger).map(entry => entry.event)).toEqual(['start', 'aborted']);
    expect(Date.now() - before).toBeLessThan(5000);
  },
);

test('a step that does not hear its cancellation is abandoned after the grace, and named', async () => {
  const ledger = ledgerFile();
  const run = await live.start(one(deaf, { options: { ms: 4000, ledger } }), { n: 0 }, { cancelGrace: 500 });
  await expect.poll(() => started(ledger).length).toBe(1);
  await run.handle.signal(CANCEL);
  expect(await run.failure()).toMatchObject({ abandoned: ['node'] });
  expect(await run.status()).toBe('CANCELLED');
  await expect.poll(() => readLedger(ledger).map(entry => entry.event)).toEqual(['start', 'end']);
});

test('an unknown update is refused, and the run goes on', async () => {
  const run = await live.start(workChain(2, { ms: 200 }), { n: 0 });
  await expect(run.handle.executeUpdate('nonsense')).rejects.toMatchObject({ name: 'WorkflowUpdateFailedError' });
  await run.handle.signal('nonsense');
  expect(await run.result()).toEqual({ n: 2 });
});

test('`sleep` gives its value later, by a timer that says what it is for', async () => {
  const before = Date.now();
  const run = await live.start(naps(400), { n: 3 });
  expect(await run.result()).toEqual({ n: 3 });
  expect(Date.now() - before).toBeGreaterThanOrEqual(400);
  const [timer] = (await run.history()).of('TimerStarted');
  expect(String(timer?.userMetadata?.summary?.data)).toBe('"sleep nap"');
});

test('the deadline of a run fails it with `deadline`, also while it is paused', async () => {
  const run = await live.start(workChain(2, { ms: 100 }), { n: 0 }, { deadline: 800, signal: PAUSE });
  const { error } = await run.failure();
  expect(error).toMatchObject({ code: 'deadline' });
  expect((await run.handle.describe()).searchAttributes[STATUS_ATTRIBUTE]).toBeUndefined();
});

test('the deadline of a node counts its retries and cancels what runs', async () => {
  const ledger = ledgerFile();
  const run = await live.start(one(work, { deadline: '500ms', options: { ms: 30_000, ledger } }), { n: 0 });
  expect((await run.failure()).error).toMatchObject({ code: 'deadline', address: 'node' });
  expect(readLedger(ledger).map(entry => entry.event)).toEqual(['start', 'aborted']);
});

test('OI-10: with `concurrency: 1` the intervals of side-by-side steps never overlap', async () => {
  const ledger = ledgerFile();
  const run = await live.start(workFan(5, { ms: 30, ledger }), { n: 0 }, { concurrency: 1 });
  await run.result();
  expect(readLedger(ledger).map(entry => entry.event)).toEqual(
    Array.from({ length: 5 }, () => ['start', 'end']).flat(),
  );
  expect(started(ledger).map(entry => entry.node)).toEqual(['f0000', 'f0001', 'f0002', 'f0003', 'f0004']);
});

test('the details in the Temporal UI are a table of the nodes', async () => {
  const run = await live.start(workChain(2, { ms: 0 }), { n: 0 });
  await run.result();
  const metadata = await run.handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(metadata.currentDetails).toContain('**workChain** is completed: 2 completed');
  expect(metadata.currentDetails).toContain('| w0000 | completed |  |');
});

test('what a step says of its progress stands with the pending activity', async () => {
  const run = await live.start(one(tells, { options: { ms: 3000 } }), { n: 0 });
  const details = async (): Promise<unknown> => {
    const [payload] = (await live.pending(run))[0]?.heartbeatDetails?.payloads ?? [];
    return payload && defaultPayloadConverter.fromPayload(payload);
  };
  await expect.poll(details).toEqual({ done: 1, total: 4 });
  await run.handle.signal(CANCEL);
  await run.failure();
});

test('a run of an engine version that no worker has waits for one that does', async () => {
  const run = await live.start(workChain(1, { ms: 0 }), { n: 0 }, { engineVersion: 2 });
  await expect.poll(async () => (await run.history()).count('WorkflowTaskFailed')).toBeGreaterThanOrEqual(1);
  const [failed] = (await run.history()).of('WorkflowTaskFailed');
  expect(failed?.workflowTaskFailedEventAttributes?.failure?.message).toContain('needs engine version 2');
  expect(await run.status()).toBe('RUNNING');
});

test('the steps of a cluster with a queue run on the workers of that queue', async () => {
  const mill = `${live.queue}-mill`;
  const graph = milled(2, { ms: 0 }, mill);
  const run = await live.start(graph, { n: 0 });
  await expect.poll(async () => (await run.history()).count('ActivityTaskScheduled')).toBe(1);
  // A worker that knows the graph serves the queues it names.
  await live.work({ steps, graphs: [graph] }, { taskQueue: `${live.queue}-other` });
  expect(await run.result()).toEqual({ n: 2 });
});
