/** Two services and two workers, on one PostgreSQL and one S3, give the same answers as one process alone. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectHttp } from '../../src/api/client/connect-http.js';
import type { AnyGraph } from '../../src/graph/contract.js';
import { runLocal } from '../../src/local/run-local.js';
import type { Run } from '../../src/run/run.js';
import { openDatabase } from '../../src/store/database/open-database.js';
import type { JsonObject } from '../../src/value/json.js';
import { startPostgres, type Postgres } from '../store/postgres.js';
import { S3_CREDENTIALS, startS3, type S3Server } from '../store/s3-server.js';
import { chain, layers, measured } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { openNamespace, type OwnNamespace } from './own-namespace.js';
import { startServiceProcess, type ServiceProcess } from './service-process.js';
import { startWorkerChild, type WorkerChild } from './worker-child.js';

/** The machines this runs on are small and busy. Milliseconds. */
const TIMEOUT = 180_000;
const live = Live.use();
let postgres: Postgres;
let s3: S3Server;
let own: OwnNamespace;
const processes: { readonly services: ServiceProcess[]; readonly workers: WorkerChild[] } = {
  services: [],
  workers: [],
};

async function startService(): Promise<ServiceProcess> {
  const service = await startServiceProcess(live, {
    namespace: own.name,
    database: postgres.url,
    archiveEvery: 300,
    // Of a machine of its own.
    dataDir: join(live.dataDir, `service-${processes.services.length}`),
  });
  processes.services.push(service);
  return service;
}

beforeAll(async () => {
  [postgres, s3, own] = await Promise.all([startPostgres(), startS3(), openNamespace(live)]);
  Object.assign(process.env, S3_CREDENTIALS, { ESPALIER_BLOBS: s3.target('espalier') });
  await Promise.all([startService(), startService()]);
  for (const name of ['worker-a', 'worker-b']) {
    const options = { namespace: own.name, database: postgres.url, dataDir: join(live.dataDir, name) };
    processes.workers.push(await startWorkerChild(live, options));
  }
}, TIMEOUT);

afterAll(async () => {
  for (const name of [...Object.keys(S3_CREDENTIALS), 'ESPALIER_BLOBS']) delete process.env[name];
  await Promise.all(processes.services.map(service => service.kill()));
  await Promise.all(processes.workers.map(worker => worker.kill('SIGKILL')));
  await Promise.all([postgres.stop(), s3.stop()]);
});

async function framesOf(run: Run<unknown>): Promise<readonly unknown[]> {
  const frames: unknown[] = [];
  for await (const { live: isLive, ...frame } of run.watch()) if (!isLive) frames.push(frame);
  return frames;
}

test('results, views and frames are the same wherever they are asked for', { timeout: TIMEOUT }, async () => {
  const services = processes.services.map(({ url }) => connectHttp(url));
  const wanted: readonly (readonly [AnyGraph, JsonObject])[] = [
    [measured(6, 20_000), {}],
    [chain(20), { n: 1 }],
    [layers(3, 4), { n: 1 }],
  ];
  for (const [k, [graph, input]] of wanted.entries()) {
    const [starts, other] = k % 2 === 0 ? services : services.toReversed();
    if (!starts || !other) throw new Error('two services');
    await starts.graphs.put(graph.document, 'test');
    const { id } = await other.start({ graph: graph.id, input });
    const expected = await runLocal(graph.document, { steps, input }).result();
    const runs = [starts.run(id), other.run(id)];
    expect(await Promise.all(runs.map(run => run.result()))).toEqual([expected, expected]);
    const [view, again] = await Promise.all(runs.map(run => run.view()));
    expect(view).toEqual(again);
    const [frames, framesAgain] = await Promise.all(runs.map(framesOf));
    expect(frames).toEqual(framesAgain);
  }
  const [one, two] = await Promise.all(services.map(service => service.list({})));
  expect(one).toEqual(two);
});

test(
  '[A1] kill -9 of services that archive loses nothing, and names nothing that is not there',
  { timeout: TIMEOUT },
  async () => {
    const database = await openDatabase(postgres.url);
    const client = await own.connect({ database });
    const archived = async (): Promise<number> => {
      let links = 0;
      for await (const _ of database.archive(own.name).links()) links += 1;
      return links;
    };
    await expect.poll(archived).toBe(3);
    const graph = chain(2);
    const runs = await Promise.all(Array.from({ length: 30 }, (_, n) => client.start(graph, { input: { n } })));
    await expect.poll(archived, { interval: 20 }).toBeGreaterThan(4);
    await Promise.all(processes.services.map(service => service.kill()));
    await Promise.all(runs.map(run => run.result()));
    expect(await client.upkeep.check()).toMatchObject({ dangling: [] });
    expect(await archived()).toBeLessThan(33);
    await Promise.all([startService(), startService()]);
    await expect.poll(archived).toBe(33);
    const { refs, dangling } = await client.upkeep.check();
    expect(dangling).toEqual([]);
    expect(refs).toBeGreaterThanOrEqual(33);
    await database.close();
  },
);
