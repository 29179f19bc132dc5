/** What is killed while a stream runs: every item is worked on all the same, and its result is there once. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../src/server/embedded.js';
import { readLedger } from './fixtures/ledger.js';
import { doubles, streamSteps as steps } from './fixtures/streams.js';
import { Live, type LiveRun } from './harness.js';
import { linksOf, scheduled } from './history.js';
import { startWorkerChild, type WorkerChild } from './worker-child.js';

const live = Live.use();
const newLedger = (): string => join(live.dataDir, `${randomUUID()}.jsonl`);
const children: WorkerChild[] = [];
afterEach(async () => {
  await Promise.all(children.splice(0).map(started => started.kill('SIGKILL')));
});

async function child(): Promise<WorkerChild> {
  const started = await startWorkerChild(live);
  children.push(started);
  return started;
}

const list = Array.from({ length: 12 }, (_, k) => k);
const result = { ns: list.map(n => 2 * n), yielded: 12 };

async function expectEachOnce(run: LiveRun): Promise<void> {
  expect(await run.result()).toEqual(result);
  expect(await scheduled(live.client, run.id, 'double')).toBe(list.length);
}

test.each([1, 5])('[ST-11] the worker is killed after %i items: no item twice, none missing', async killsAt => {
  const ledger = newLedger();
  const first = await child();
  const run = await live.start(doubles({ emitting: { killsAt, ledger }, doubling: { ledger } }), { list });
  await first.ended;
  const second = await child();
  await expectEachOnce(run);
  const again = readLedger(ledger).filter(({ node, pid }) => node === 'numbers' && pid === second.pid);
  expect(again[0]).toMatchObject({ event: 'start', attempt: 2 });
});

test('[ST-11] a stream that is parked when its worker is killed goes on in another', async () => {
  const ledger = newLedger();
  const each = { buffer: 1, concurrency: 1 };
  const graph = doubles({ emitting: { ledger }, doubling: { ms: 2500, ledger }, each });
  const first = await child();
  const run = await live.start(graph, { list: list.slice(0, 5) });
  // The first activity that ends is the stream's: its items take longer.
  const ended = async (): Promise<boolean> =>
    (await linksOf(live.client, run.id)).some(link => link.count('ActivityTaskCompleted') > 0);
  await expect.poll(ended).toBe(true);
  await first.kill('SIGKILL');
  await live.work({ steps });
  expect(await run.result()).toEqual({ ns: result.ns.slice(0, 5), yielded: 5 });
  expect(readLedger(ledger).filter(({ node, event }) => node === 'numbers' && event === 'start')).toHaveLength(2);
});

test('[ST-11] after kill -9 of the server a stream goes on: no item twice, none missing', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'espalier-server-crash-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const first = await startServer({ dataDir, headless: true });
  onTestFinished(() => first.stop());
  const own = new Live(first.address);
  await own.open();
  await own.work({ steps });
  const ledger = join(dataDir, 'ledger.jsonl');
  const doubled = () => readLedger(ledger).filter(({ event, node }) => event === 'end' && node.startsWith('each'));
  const graph = doubles({ emitting: { ledger }, doubling: { ms: 100, ledger }, each: { buffer: 1, concurrency: 1 } });
  const run = await own.start(graph, { list });
  await expect.poll(() => doubled().length).toBeGreaterThanOrEqual(4);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  expect(doubled().length).toBeLessThan(12);

  const second = await startServer({ dataDir, headless: true, port: Number(first.address.split(':')[1]) });
  onTestFinished(() => second.stop());
  expect(await run.result()).toEqual(result);
  expect(await scheduled(own.client, run.id, 'double')).toBe(list.length);
  await own.settle();
  await own.close();
});
