/** What is killed, and what must not be lost [A1]. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { one, workChain } from './fixtures/graphs.js';
import { readLedger } from './fixtures/ledger.js';
import { blocks, deaf, inc, kills, steps, work } from './fixtures/steps.js';
import { Live } from './harness.js';
import { startWorkerChild, type WorkerChild } from './worker-child.js';

const live = Live.use();
const ledgerFile = (): string => join(live.dataDir, `${randomUUID()}.jsonl`);
const children: WorkerChild[] = [];

async function child(options: object = {}): Promise<WorkerChild> {
  const started = await startWorkerChild(live, options);
  children.push(started);
  return started;
}
afterEach(async () => {
  await Promise.all(children.splice(0).map(started => started.kill('SIGKILL')));
});

test('OI-21: after kill -9 of the worker another one ends the run, and no completed step is executed again', async () => {
  const first = await child();
  const ledger = ledgerFile();
  const run = await live.start(workChain(12, { ms: 200, ledger }), { n: 0 });
  await expect.poll(() => readLedger(ledger).filter(entry => entry.event === 'end').length).toBeGreaterThanOrEqual(5);
  const killed = await first.kill('SIGKILL');
  expect(killed).toBe('SIGKILL');
  const atDeath = Date.now();
  const completed = readLedger(ledger).filter(entry => entry.event === 'end');

  const second = await child();
  const ready = Date.now();
  expect(await run.result()).toEqual({ n: 12 });
  const after = readLedger(ledger).filter(entry => entry.pid === second.pid);
  for (const { node } of completed.slice(0, -1)) expect(after.map(entry => entry.node)).not.toContain(node);
  const ends = readLedger(ledger).filter(entry => entry.event === 'end');
  expect(new Set(ends.map(entry => entry.node)).size).toBe(12);

  const wentOn = Math.min(...after.map(entry => entry.at)) - Math.max(atDeath, ready);
  console.log(`after kill -9 of its worker the run went on ${wentOn} ms after another one was there`);
  expect(wentOn).toBeLessThan(8000);
});

test('a heartbeating step whose worker was killed is tried again by a worker that is there', async () => {
  const first = await child();
  await live.work({ steps });
  const ledger = ledgerFile();
  const runs = await Promise.all(
    Array.from({ length: 6 }, () => live.start(one(work, { options: { ms: 3000, ledger } }), { n: 0 })),
  );
  await expect.poll(() => readLedger(ledger).length).toBe(6);
  const lost = readLedger(ledger).filter(entry => entry.pid === first.pid).length;
  const atDeath = Date.now();
  await first.kill('SIGKILL');
  await Promise.all(runs.map(run => run.result()));
  const again = readLedger(ledger).filter(entry => entry.event === 'start' && entry.attempt === 2);
  expect(again).toHaveLength(lost);
  const wentOn = Math.max(...again.map(entry => entry.at - atDeath), 0);
  console.log(`after kill -9 of a worker its steps went on elsewhere within ${wentOn} ms`);
  expect(wentOn).toBeLessThan(8000);
});

test('a step that kills its process is tried again, and the run fails with `heartbeat_timeout` when it always does', async () => {
  const ledger = ledgerFile();
  await child();
  const once = await live.start(one(kills, { options: { times: 1, ledger } }), { n: 0 });
  await children[0]?.ended;
  await child();
  expect(await once.result()).toEqual({ n: 1 });
  expect(readLedger(ledger).map(entry => entry.attempt)).toEqual([1, 2]);

  const always = await live.start(one(kills, { options: { times: 9, ledger }, retry: { attempts: 1 } }), { n: 0 });
  await children[1]?.ended;
  await live.work({ steps });
  expect((await always.failure()).error).toMatchObject({ code: 'heartbeat_timeout', address: 'node' });
});

test('a step that blocks its thread and so never heartbeats fails with a hint at `heartbeat: false`', async () => {
  await child();
  const run = await live.start(one(blocks, { options: { ms: 3000 } }), { n: 0 });
  const { error } = await run.failure();
  expect(error.code).toBe('heartbeat_timeout');
  expect(error.message).toContain('heartbeat: false');
  const allowed = await live.start(one(blocks, { heartbeat: false, options: { ms: 1500 } }), { n: 0 });
  expect(await allowed.result()).toEqual({ n: 1 });
});

test('a step that no worker has waits for one that brings it, without an attempt', async () => {
  await live.work({ steps: [] });
  const run = await live.start(one(inc), { n: 0 });
  await expect.poll(async () => (await run.history()).count('ActivityTaskFailed')).toBeGreaterThanOrEqual(1);
  const [failed] = (await run.history()).of('ActivityTaskFailed');
  const failure = failed?.activityTaskFailedEventAttributes?.failure;
  expect(failure?.applicationFailureInfo?.type).toBe('step_not_here');
  expect(failure?.message).toContain('inc');
  await live.stop();
  await live.work({ steps });
  expect(await run.result()).toEqual({ n: 1 });
});

test('on SIGTERM a worker takes no more, lets what runs end, and ends itself', async () => {
  const first = await child({ shutdownGrace: 20_000 });
  const ledger = ledgerFile();
  const run = await live.start(workChain(3, { ms: 1000, ledger }), { n: 0 });
  await expect.poll(() => readLedger(ledger).length).toBe(1);
  expect(await first.kill('SIGTERM')).toBe(0);
  expect(first.lines).toContain('drained');
  expect(readLedger(ledger).map(entry => entry.event)).toEqual(['start', 'end']);
  await live.work({ steps });
  expect(await run.result()).toEqual({ n: 3 });
});

test('a step that outlasts the drain hears its signal, is given back as `worker_shutdown` and tried elsewhere', async () => {
  const first = await child({ shutdownGrace: 300 });
  const ledger = ledgerFile();
  const run = await live.start(one(work, { options: { ms: 10_000, ledger } }), { n: 0 });
  await expect.poll(() => readLedger(ledger).length).toBe(1);
  const before = Date.now();
  expect(await first.kill('SIGTERM')).toBe(0);
  expect(Date.now() - before).toBeLessThan(8000);
  expect(readLedger(ledger).map(entry => entry.event)).toEqual(['start', 'aborted']);
  const [pending] = await live.pending(run);
  expect(pending?.lastFailure?.applicationFailureInfo?.type).toBe('worker_shutdown');
  await live.work({ steps });
  await expect.poll(() => readLedger(ledger).at(-1)).toMatchObject({ event: 'start', attempt: 2, pid: process.pid });
});

test('a step that does not listen is given back all the same, and the worker ends', async () => {
  const first = await child({ shutdownGrace: 300 });
  const ledger = ledgerFile();
  const run = await live.start(one(deaf, { retry: { attempts: 2 }, options: { ms: 60_000, ledger } }), { n: 0 });
  await expect.poll(() => readLedger(ledger).length).toBe(1);
  const before = Date.now();
  expect(await first.kill('SIGTERM')).toBe(0);
  expect(Date.now() - before).toBeLessThan(10_000);
  const [pending] = await live.pending(run);
  expect(pending?.lastFailure?.applicationFailureInfo?.type).toBe('worker_shutdown');
});

test('what a step logs names graph, run, node and attempt', async () => {
  const first = await child();
  const run = await live.start(one(work, { options: { ms: 0 } }), { n: 0 });
  await run.result();
  await expect.poll(() => first.log()).toContain('working');
  const line = first
    .log()
    .split('\n')
    .find(text => text.includes('working'));
  expect(line).toMatch(new RegExp(`info {2}working .*graph=one runId=${run.id} node=node`));
  expect(line).toMatch(/ attempt=1\b/);
  expect(line).toMatch(/ ms=0\b/);
});
