/** What is killed while a runner's workflow runs, is saved, is stopped: nothing that was acknowledged is lost [A1]. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { Espalier } from '../../src/client/espalier.js';
import { startServer } from '../../src/server/embedded.js';
import { readLedger } from './fixtures/ledger.js';
import { gates, steps, triple } from './fixtures/runner-graphs.js';
import { Live } from './harness.js';
import { useEspalier } from './use-espalier.js';
import { useRunner } from './use-runner.js';
import { startWorkerChild, type WorkerChild } from './worker-child.js';

const PROGRAM = fileURLToPath(new URL('./fixtures/runner-worker-process.ts', import.meta.url));

const live = Live.use();
const espalier = useEspalier(live);
const used = useRunner(live, espalier);
const { fresh, idle } = used;

async function child(options: { readonly stuckAt?: 'idle' | 'stop' } = {}): Promise<WorkerChild> {
  const started = await startWorkerChild(live, options, PROGRAM);
  onTestFinished(async () => void (await started.kill('SIGKILL')));
  return started;
}

test('RN-23: kill -9 of the worker in a step: what was accepted is done by another one, and nobody resumes anything', async () => {
  const { runner } = used;
  const id = fresh();
  const [until, ledger] = [join(live.dataDir, 'gate'), join(live.dataDir, 'ledger.jsonl')];
  const first = await child();
  const fed = await runner.startWorkflow(id, gates, { many: ['result'] });
  await fed.run({ n: 1, until, ledger });
  await expect.poll(() => readLedger(ledger).length).toBe(1);
  await first.kill('SIGKILL');
  // Without any worker it is kept, too.
  expect(await fed.run({ n: 2, until, ledger }, { id: 'alone' })).toEqual({ id: 'alone', pending: true });
  await writeFile(until, '');
  await live.work({ steps });
  await idle(id, 2);
  expect(await fed.getResults()).toEqual({ result: [2, 3] });
  expect(await fed.run({ n: 2, until, ledger }, { id: 'alone' })).toEqual({ id: 'alone', seq: 1 });
});

test('kill -9 of the worker that saves, at a checkpoint and at the stop: another one does, and a resume goes on', async () => {
  const { runner } = used;
  const id = fresh();
  const [first, second] = [await child({ stuckAt: 'idle' }), await child({ stuckAt: 'stop' })];
  const fed = await runner.startWorkflow(id, triple, { many: ['result'] });
  await fed.run({ n: 1 });
  await expect.poll(() => first.lines).toContain('stuck');
  await first.kill('SIGKILL');
  await expect.poll(async () => (await fed.listSnapshots()).length).toBe(1);
  const stopped = fed.stop();
  await expect.poll(() => second.lines).toContain('stuck');
  await second.kill('SIGKILL');
  await live.work({ steps });
  expect(await stopped).toMatchObject({ persisted: true, unsaved: 0 });
  const { workflow } = await runner.resume(id, { graph: triple, rehydration: 'lazy' });
  await workflow.run({ n: 2 });
  await idle(id, 2);
  expect(await workflow.getResults({ all: true })).toEqual({ result: [3, 6] });
});

test('kill -9 of the server: an input that was acknowledged is there when it is back', async () => {
  const { dataDir } = live;
  const first = await startServer({ dataDir, headless: true });
  onTestFinished(() => first.stop());
  const away = new Live(first.address);
  away.dataDir = dataDir;
  await away.connect();
  const client = await Espalier.connect({ address: first.address, dataDir, taskQueue: away.queue });
  onTestFinished(() => client.close());
  await away.work({ steps });
  const runner = await client.runner({ name: 'away' });
  onTestFinished(() => runner.close());
  const fed = await runner.startWorkflow('w', triple, { many: ['result'] });
  await Promise.all([1, 2, 3].map(async n => fed.run({ n })));
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await startServer({ dataDir, headless: true, port: Number(first.address.split(':')[1]) });
  onTestFinished(() => second.stop());
  const sums = async () => (await fed.getResults()).result.toSorted((a, b) => a - b);
  await expect.poll(sums).toEqual([3, 6, 9]);
  await fed.run({ n: 4 });
  await expect.poll(sums).toEqual([3, 6, 9, 12]);
  await away.stop();
  await away.client.connection.close();
});
