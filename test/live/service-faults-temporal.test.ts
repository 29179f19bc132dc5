import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Health } from '../../src/api/health.js';
import type { Frame } from '../../src/run/run.js';
import { startServer, type EmbeddedServer } from '../../src/server/embedded.js';
import { twoFreePorts } from '../../src/server/free-ports.js';
import { workChain } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { openService, type TestService } from '../service/service-harness.js';
import { eventsOf, framesOf } from './service-watch.js';

/** The machines this runs on are small and busy. Milliseconds. */
const TIMEOUT = 180_000;
const graph = workChain(12, { ms: 300 });

/** A Temporal server that is not there yet, and always comes back under the same address. */
async function absentServer() {
  const dataDir = await mkdtemp(join(tmpdir(), 'espalier-faults-'));
  const [port] = await twoFreePorts();
  const start = async (): Promise<EmbeddedServer> => {
    const server = await startServer({ dataDir, headless: true, port });
    onTestFinished(() => server.stop());
    return server;
  };
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return { address: `127.0.0.1:${port}`, dataDir, start };
}

const startRun = (service: TestService): Promise<Response> =>
  service.send('POST', '/api/v1/runs', { graph: graph.id, input: { n: 0 } });

/** What says that Temporal is away: at once, and when to ask again. */
async function expectAway(ask: () => Promise<Response>): Promise<void> {
  const began = performance.now();
  const response = await ask();
  expect(performance.now() - began).toBeLessThan(3000);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('2');
}

async function temporalCheck(service: TestService): Promise<readonly [number, string | undefined]> {
  const response = await service.fetch('/readyz');
  const { checks = {} } = (await response.json()) as Health;
  return [response.status, checks['temporal:responseTime']?.[0]?.status];
}

/** What one connection tells to its end. */
async function watchOnce(service: TestService, runId: string, seen: () => void): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  for await (const { id, data } of eventsOf(await service.fetch(`/api/v1/runs/${runId}/events`))) {
    if (id === undefined) continue;
    frames.push(JSON.parse(data) as Frame);
    seen();
  }
  return frames;
}

test(
  'a service without Temporal boots and says so, heals when it comes, and its streams survive kill -9 of it',
  { timeout: TIMEOUT },
  async () => {
    const { address, dataDir, start } = await absentServer();
    const service = await openService({ address, dataDir });
    onTestFinished(() => service.stop());
    expect((await service.send('PUT', `/api/v1/graphs/${graph.id}`, graph.document)).status).toBe(201);
    expect(await temporalCheck(service)).toEqual([503, 'fail']);
    await expectAway(() => startRun(service));
    await expectAway(() => service.fetch('/api/v1/runs'));
    await expectAway(() => service.fetch('/api/v1/runs/some-run/events'));

    const first = await start();
    await expect.poll(() => temporalCheck(service)).toEqual([200, 'pass']);
    const live = new Live(address);
    await live.open();
    await live.work({ steps }, { taskQueue: 'espalier', dataDir });
    const started = await Promise.all(Array.from({ length: 5 }, () => startRun(service)));
    const ids = await Promise.all(
      started.map(async response => ((await response.json()) as { readonly id: string }).id),
    );
    let seen = 0;
    const watching = Promise.all(ids.map(id => watchOnce(service, id, () => (seen += 1))));
    await expect.poll(() => seen).toBeGreaterThan(30);

    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    await expectAway(() => startRun(service));
    await expectAway(() => service.fetch(`/api/v1/runs/${ids[0]}`));
    expect(await temporalCheck(service)).toEqual([503, 'fail']);
    const seenBefore = seen;

    const second = await start();
    const watched = await watching;
    expect(seen).toBeGreaterThan(seenBefore);
    for (const [index, id] of ids.entries()) expect(watched[index]).toEqual(await framesOf(service.espalier.run(id)));
    expect(await temporalCheck(service)).toEqual([200, 'pass']);
    await live.stop();
    await live.close();
    await service.stop();
    await second.stop();
  },
);
