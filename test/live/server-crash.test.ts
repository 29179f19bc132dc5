import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../src/server/embedded.js';
import { workChain } from './fixtures/graphs.js';
import { readLedger } from './fixtures/ledger.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';

test('after kill -9 of the server a run goes on where it was, with the same worker, and what was completed is not executed again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'espalier-server-crash-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const first = await startServer({ dataDir, headless: true });
  onTestFinished(() => first.stop());
  const live = new Live(first.address);
  await live.open();
  const ledger = join(dataDir, 'ledger.jsonl');
  const ends = () => readLedger(ledger).filter(entry => entry.event === 'end');
  await live.work({ steps });
  const run = await live.start(workChain(20, { ms: 100, ledger }), { n: 0 });
  await expect.poll(() => ends().length).toBeGreaterThanOrEqual(5);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  expect(ends().length).toBeLessThan(20);

  const second = await startServer({ dataDir, headless: true, port: Number(first.address.split(':')[1]) });
  onTestFinished(() => second.stop());
  expect(await run.result()).toEqual({ n: 20 });
  // The step that ended while the server was away may be done again.
  expect(ends().length).toBeLessThanOrEqual(21);
  expect(new Set(ends().map(entry => entry.node)).size).toBe(20);
  await live.settle();
  await live.close();
});
