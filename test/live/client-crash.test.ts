/** Who watches does not notice that a worker or the server was killed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Espalier } from '../../src/client/espalier.js';
import type { Frame, Run } from '../../src/run/run.js';
import { startServer } from '../../src/server/embedded.js';
import { workChain } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { startWorkerChild } from './worker-child.js';

/** Frames as they come; `reached` resolves with the n-th one that completes a node. */
function watch(run: Run<unknown>, count: number) {
  const frames: Frame[] = [];
  let reach = (): void => undefined;
  const reached = new Promise<void>(resolve => (reach = resolve));
  const all = (async () => {
    for await (const frame of run.watch()) {
      if (!frame.live) frames.push(frame);
      if (frames.filter(({ kind }) => kind === 'completed').length === count) reach();
    }
    return frames;
  })();
  return { reached, all };
}

async function expectWhole(run: Run<unknown>, frames: readonly Frame[], nodes: number): Promise<void> {
  expect(frames.filter(({ kind }) => kind === 'completed').map(({ at }) => at)).toEqual(
    Array.from({ length: nodes }, (_, k) => `w${String(k).padStart(4, '0')}`),
  );
  const again: Frame[] = [];
  for await (const frame of run.watch()) again.push(frame);
  expect(frames).toEqual(again);
}

test('watching goes on over kill -9 of the worker', async () => {
  const live = new Live();
  await live.open();
  const espalier = await Espalier.connect({ address: live.address, dataDir: live.dataDir, taskQueue: live.queue });
  const worker = await startWorkerChild(live);
  const run = await espalier.start(workChain(10, { ms: 200 }), { input: { n: 0 } });
  const { reached, all } = watch(run, 4);
  await reached;
  await worker.kill('SIGKILL');
  await live.work({ steps });
  expect(await run.result()).toEqual({ n: 10 });
  await expectWhole(run, await all, 10);
  await espalier.close();
  await live.settle();
  await live.close();
});

test('watching and waiting for the result go on over kill -9 of the server', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'espalier-client-crash-'));
  const first = await startServer({ dataDir, headless: true });
  const live = new Live(first.address);
  await live.open();
  const espalier = await Espalier.connect({ address: live.address, dataDir: live.dataDir, taskQueue: live.queue });
  await live.work({ steps });
  const run = await espalier.start(workChain(12, { ms: 150 }), { input: { n: 0 } });
  const result = run.result();
  const { reached, all } = watch(run, 4);
  await reached;
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await startServer({ dataDir, headless: true, port: Number(first.address.split(':')[1]) });
  expect(await result).toEqual({ n: 12 });
  await expectWhole(run, await all, 12);
  await espalier.close();
  await live.settle();
  await live.close();
  await second.stop();
  await rm(dataDir, { recursive: true, force: true });
});
