/** Results of steps that outlive their run, over worker processes that know nothing of each other. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { one } from './fixtures/graphs.js';
import { readLedger } from './fixtures/ledger.js';
import { ponder, steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { startWorkerChild, type WorkerChild } from './worker-child.js';

const live = Live.use();
const children: WorkerChild[] = [];
afterEach(async () => {
  await Promise.all(children.splice(0).map(started => started.kill('SIGKILL')));
});
const place = (): string => join(live.dataDir, randomUUID());

test('equal runs at once over two workers execute a cached step once; after kill -9 of that worker, once more', async () => {
  children.push(await startWorkerChild(live), await startWorkerChild(live));
  const [gate, ledger] = [place(), place()];
  const pondering = one(ponder, { options: { gate, ledger } });
  const runs = await Promise.all(
    Array.from({ length: 30 }, (_, k) => live.start(pondering, { n: 1 }, { id: `p-${k}-${randomUUID()}` })),
  );
  const started = (): number[] => readLedger(ledger).map(({ pid }) => pid);
  await expect.poll(started).toHaveLength(1);
  // The other worker's share waits for it.
  for (const run of runs.slice(-3)) await expect.poll(async () => (await live.pending(run)).length).toBe(1);
  const holder = children.find(({ pid }) => pid === started()[0]);
  await holder?.kill('SIGKILL');
  await expect.poll(started).toHaveLength(2);
  await writeFile(gate, '');
  const results = await Promise.all(runs.map(run => run.result()));
  expect(results).toEqual(runs.map(() => ({ n: 2 })));
  expect(new Set(started()).size).toBe(2);
});

test('a run of which all is known executes nothing, however long it is', async () => {
  await live.work({ steps });
  const ledger = place();
  const n = z.number();
  const long = graph({ id: 'long', in: { n }, out: { n } }, (g, i) => {
    let last = i.n;
    for (let k = 0; k < 60; k += 1) last = g.run(ponder, { n: last }, { as: `p${k}`, options: { ledger } }).n;
    return { out: { n: last } };
  });
  const first = await live.start(long, { n: 0 });
  expect(await first.result()).toEqual({ n: 60 });
  const again = await live.start(long, { n: 0 });
  expect(await again.result()).toEqual({ n: 60 });
  expect(readLedger(ledger)).toHaveLength(60);
  const history = await again.history();
  expect(history.count('ActivityTaskScheduled')).toBeLessThanOrEqual(3);
  expect(history.events.length).toBeLessThanOrEqual(25);
});
