/** Continue-as-new: what a run does must not depend on how many links its history has. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { CANCEL, PAUSE, RESUME, STATUS_ATTRIBUTE } from '../../src/protocol/names.js';
import type { StartArgument } from '../../src/protocol/start.js';
import { chain, fan, layers, milled, naps, workChain } from './fixtures/graphs.js';
import { readLedger } from './fixtures/ledger.js';
import { steps } from './fixtures/steps.js';
import { Live, type LiveRun } from './harness.js';

const live = Live.use({ steps });
const linkLimits = { events: 50 };

/** The argument of the last link, as it travelled. */
async function lastArgument(run: LiveRun): Promise<StartArgument> {
  const [started] = (await run.history()).events;
  const [payload] = started?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return defaultPayloadConverter.fromPayload<StartArgument>(payload ?? {});
}

test.each([
  ['a chain', chain(40), { n: 40 }],
  ['a fan-out', fan(30), { all: Array(30).fill(1) }],
  ['layers', layers(5, 6), { all: Array(6).fill(5) }],
  ['a sleep', naps(100), { n: 0 }],
] as const)('%s of many links gives the same result', async (_, graph, result) => {
  const run = await live.start(graph, { n: 0 }, { linkLimits });
  expect(await run.result()).toEqual(result);
});

test('a long chain goes on in a successor at the limit, with the timeouts and the memo of the first', async () => {
  const run = await live.start(chain(40), { n: 0 }, { linkLimits });
  await run.result();
  const argument = await lastArgument(run);
  expect(argument.carried?.link).toBeGreaterThanOrEqual(4);
  expect(argument.carried?.snapshot.plan).toBe(argument.plan.hash);
  const [first] = (await run.history()).events;
  expect(String(first?.workflowExecutionStartedEventAttributes?.workflowTaskTimeout?.seconds)).toBe('5');
  expect((await run.handle.describe()).memo).toEqual({ told: run.id });
});

test('a paused run stays paused over its links and goes on when resumed', async () => {
  const run = await live.start(workChain(30, { ms: 20 }), { n: 0 }, { linkLimits });
  await run.handle.executeUpdate(PAUSE);
  await expect.poll(async () => (await run.handle.describe()).searchAttributes[STATUS_ATTRIBUTE]).toEqual(['paused']);
  // What was in flight ends.
  await expect.poll(() => live.pending(run)).toEqual([]);
  await run.handle.executeUpdate(RESUME);
  expect(await run.result()).toEqual({ n: 30 });
  expect((await run.handle.describe()).searchAttributes[STATUS_ATTRIBUTE]).toBeUndefined();
});

test('pausing and resuming at random moments over many links loses nothing', async () => {
  const run = await live.start(workChain(40, { ms: 5 }), { n: 0 }, { linkLimits });
  const result = run.result();
  let rounds = 0;
  while ((await run.status()) === 'RUNNING') {
    await run.handle.signal(PAUSE).catch(() => undefined);
    await run.handle.signal(RESUME).catch(() => undefined);
    rounds += 1;
  }
  expect(await result).toEqual({ n: 40 });
  expect(rounds).toBeGreaterThan(3);
});

test.each(['signal', 'temporal'] as const)('a run is cancelled by %s in whichever link it is', async way => {
  const run = await live.start(workChain(200, { ms: 10 }), { n: 0 }, { linkLimits });
  await expect.poll(async () => (await lastArgument(run)).carried?.link ?? 0).toBeGreaterThanOrEqual(2);
  await (way === 'signal' ? run.handle.signal(CANCEL) : run.handle.cancel());
  expect((await run.failure()).error.code).toBe('cancelled');
  expect(await run.status()).toBe('CANCELLED');
});

test('the deadline of a run holds over its links', async () => {
  const run = await live.start(workChain(150, { ms: 50 }), { n: 0 }, { linkLimits, deadline: 2500 });
  expect((await run.failure()).error.code).toBe('deadline');
  expect((await lastArgument(run)).carried?.link).toBeGreaterThanOrEqual(1);
});

/**
 * A run whose second step ends while no worker takes its workflow tasks: that end, with which the link is handed over, and
 * whatever `ask` does are delivered with one task.
 */
async function handedOverWith(
  ask: (run: LiveRun) => Promise<unknown>,
): Promise<{ run: LiveRun; starts: () => number }> {
  const mill = `${live.queue}-mill-${randomUUID()}`;
  const taskQueue = `${live.queue}-late-${randomUUID()}`;
  const ledger = join(live.dataDir, `${randomUUID()}.jsonl`);
  const count = (event: string): number => readLedger(ledger).filter(entry => entry.event === event).length;
  await live.work({ steps }, { taskQueue: mill });
  const workflows = await live.work({ steps }, { taskQueue, queues: [] });
  const run = await live.start(
    milled(3, { ms: 1000, ledger }, mill),
    { n: 0 },
    { taskQueue, linkLimits: { events: 10 } },
  );
  await expect.poll(() => count('start')).toBe(2);
  await live.stop(workflows);
  await expect.poll(() => count('end')).toBe(2);
  await expect.poll(() => live.pending(run)).toEqual([]);
  await ask(run);
  await live.work({ steps }, { taskQueue, queues: [] });
  return { run, starts: () => count('start') };
}

test('a cancellation that comes with the last event of a link is not lost', async () => {
  const { run, starts } = await handedOverWith(({ handle }) => handle.cancel());
  expect((await run.failure()).error.code).toBe('cancelled');
  expect(await run.status()).toBe('CANCELLED');
  expect(starts()).toBe(2);
});

test('a pause that comes with the last event of a link holds in the next one', async () => {
  const { run, starts } = await handedOverWith(({ handle }) => handle.signal(PAUSE));
  await expect.poll(async () => (await run.handle.describe()).searchAttributes[STATUS_ATTRIBUTE]).toEqual(['paused']);
  await run.handle.executeUpdate(RESUME);
  expect(await run.result()).toEqual({ n: 3 });
  expect(starts()).toBe(3);
});

test('requests that come with the start of a link are heard before it schedules anything', async () => {
  const run = await live.start(workChain(60, { ms: 5 }), { n: 0 }, { linkLimits: { events: 10 } });
  // Every link is a chance to come first: a paused run that forgot it would go on by itself, a resumed one would not.
  for (let round = 0; round < 15; round += 1) {
    await run.handle.signal(PAUSE);
    await run.handle.executeUpdate(PAUSE);
    const before = (await run.history()).count('ActivityTaskCompleted');
    await expect.poll(() => live.pending(run)).toEqual([]);
    expect(await run.status()).toBe('RUNNING');
    expect((await run.history()).count('ActivityTaskCompleted') - before).toBeLessThanOrEqual(1);
    await run.handle.signal(RESUME);
  }
  expect(await run.result()).toEqual({ n: 60 });
});
