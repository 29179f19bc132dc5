import { expect, onTestFinished, test } from 'vitest';
import { twoFreePorts } from '../../src/server/free-ports.js';
import type { Frame } from '../../src/run/run.js';
import { workChain } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { useService } from './service-harness.js';
import { startServiceProcess, type ServiceProcess } from './service-process.js';
import { framesOf, watchToEnd } from './service-watch.js';
import { useEspalier } from './use-espalier.js';

/** The machines this runs on are small and busy. Milliseconds. */
const TIMEOUT = 180_000;
const live = Live.use({ steps });
const service = useService(live);
// Many runs at once: as patient as a client is by itself, which the service is not.
const espalier = useEspalier(live);

async function startProcess(port: number): Promise<ServiceProcess> {
  const started = await startServiceProcess(live, { port });
  onTestFinished(() => started.kill());
  return started;
}

const startRuns = (count: number, length: number, ms: number) =>
  Promise.all(Array.from({ length: count }, () => espalier().start(workChain(length, { ms }), { input: { n: 0 } })));

test(
  'kill -9 of the service under 50 clients: runs go on, and each client gets every frame once, in order',
  { timeout: TIMEOUT },
  async () => {
    const [port] = await twoFreePorts();
    const first = await startProcess(port);
    const runs = await startRuns(50, 8, 500);
    let seen = 0;
    const watching = Promise.all(runs.map(({ id }) => watchToEnd(first.url, id, () => (seen += 1))));
    await expect.poll(() => seen).toBeGreaterThan(200);
    await first.kill();
    const [killedAt, seenBefore] = [Date.now(), seen];
    await startProcess(port);
    const backAt = Date.now();

    const watched = await watching;
    expect(seen).toBeGreaterThan(seenBefore + 200);
    for (const [index, run] of runs.entries()) expect(watched[index]).toEqual(await framesOf(run));
    const meanwhile = watched
      .flat()
      .filter(({ kind, time }) => kind === 'completed' && time > killedAt && time < backAt);
    expect(meanwhile.length).toBeGreaterThan(0);
  },
);

test('100 clients see the frames of running runs soon, and miss none', { timeout: TIMEOUT }, async ({ annotate }) => {
  const runs = await startRuns(10, 6, 500);
  const began = Date.now();
  const delays: number[] = [];
  const note = ({ time }: Frame): void => void (time > began && delays.push(Date.now() - time));
  const clients = Array.from({ length: 10 }, () => runs).flat();
  const watched = await Promise.all(
    clients.map(async run => ({ run, frames: await watchToEnd(service().url, run.id, note) })),
  );
  for (const { run, frames } of watched.slice(0, runs.length)) expect(frames).toEqual(await framesOf(run));
  for (const [index, { frames }] of watched.entries()) expect(frames).toEqual(watched[index % runs.length]?.frames);
  const sorted = delays.sort((a, b) => a - b);
  expect(sorted.length).toBeGreaterThan(1000);
  const quantile = (q: number): number => sorted[Math.floor(q * sorted.length)] ?? NaN;
  await annotate(`after the time of a frame: p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, of ${sorted.length}`);
});
