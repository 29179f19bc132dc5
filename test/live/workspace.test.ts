/** Dispatches on Temporal, and what only it has: queues with workers and slots of their own, processes that die. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Espalier } from '../../src/client/espalier.js';
import { compile, createWorkspace, dispatch, pool, type Host } from '../../src/workspace/index.js';
import { dispatchCases } from '../workspace/cases.js';
import { ledgerOf, registered, wide } from '../workspace/fixtures.js';
import { one } from './fixtures/graphs.js';
import { readLedger } from './fixtures/ledger.js';
import { kills, steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { checkRuns } from './surfaces.js';
import { useEspalier } from './use-espalier.js';
import { startWorkerChild } from './worker-child.js';

const live = Live.use(registered);
const espalier = useEspalier(live);
const started: string[] = [];
afterAll(() =>
  checkRuns(
    live,
    started.map(id => espalier().run(id)),
  ),
);

/** Notes the runs that are started. */
const host = (): Host => ({
  start: async (...args: Parameters<Espalier['start']>) => {
    const run = await espalier().start(...args);
    started.push(run.id);
    return run;
  },
  read: digest => espalier().read(digest),
});

/** A queue with a worker of so many slots, for the time of a test. */
async function queueOf(size: number): Promise<string> {
  const taskQueue = `pool-${randomUUID()}`;
  await live.work({ ...registered, steps: [...(registered.steps ?? []), ...steps] }, { taskQueue, concurrency: size });
  return taskQueue;
}

describe('on Temporal', () => {
  dispatchCases(host, queueOf);
});

test('OI-12: two dispatches share the slots of a pool, and their runs are called after the workspace', async () => {
  const key = randomUUID();
  const executor = pool({ queue: await queueOf(2), size: 2 });
  const workspace = compile(createWorkspace('shared', wide(3, { key, meet: 2, ms: 50 })));
  await Promise.all([1, 2].map(() => dispatch(workspace, { on: host(), executor })));
  expect(ledgerOf(key).peak).toBe(2);
  expect(ledgerOf(key).intervals).toHaveLength(6);
  expect(started.slice(-2).every(id => id.startsWith('shared-'))).toBe(true);
});

test('OI-11: a step whose worker is killed is tried again, and `heartbeat_timeout` when no attempt is left', async () => {
  const queue = `pool-${randomUUID()}`;
  const ledger = join(live.dataDir, `${randomUUID()}.jsonl`);
  const on = host();
  const dying = (times: number, attempts: number) => {
    const graph = one(kills, { options: { times, ledger }, retry: { attempts } });
    return dispatch(compile(createWorkspace('dying', graph)), {
      on,
      input: { n: 0 },
      executor: pool({ queue, size: 2 }),
    });
  };
  const first = await startWorkerChild(live, { taskQueue: queue });
  const once = dying(1, 3);
  await first.ended;
  const second = await startWorkerChild(live, { taskQueue: queue });
  expect((await once).drafting.memory).toEqual({ 'node|n': 1 });
  expect(readLedger(ledger).map(({ attempt }) => attempt)).toEqual([1, 2]);

  const always = dying(9, 1);
  always.catch(() => {});
  await second.ended;
  await live.work({ steps }, { taskQueue: queue });
  await expect(always).rejects.toMatchObject({ code: 'heartbeat_timeout', address: 'node' });
});

test('OI-11: without a worker the dispatch waits for one', async () => {
  const key = randomUUID();
  const queue = `pool-${randomUUID()}`;
  const workspace = compile(createWorkspace('late', wide(1, { key })));
  const done = dispatch(workspace, { on: host(), executor: pool({ queue, size: 1 }) });
  const begun = () => started.find(id => id.startsWith('late-')) ?? '';
  await expect.poll(begun).not.toBe('');
  expect((await espalier().run(begun()).view()).status).toBe('pending');
  await live.work(registered, { taskQueue: queue });
  expect((await done).drafting.memory).toEqual({ 'h0|n': 1 });
});
