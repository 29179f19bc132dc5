import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Health } from '../../src/api/health.js';
import { startPostgres } from '../store/postgres.js';
import { workChain } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { openLiveService } from './service-harness.js';
import { startServiceProcess } from './service-process.js';
import { watchToEnd } from './service-watch.js';

/** The machines this runs on are small and busy. Milliseconds. */
const TIMEOUT = 180_000;
const live = Live.use({ steps });
const graph = workChain(2, { ms: 0 });
const other = { ...workChain(3, { ms: 0 }).document, id: 'other' };

/** Another process takes the write lock of a SQLite file; gives what ends it. */
async function lock(file: string): Promise<() => Promise<void>> {
  const script = `const db = new (require('libsql'))(process.argv[1]); db.exec('begin immediate'); console.log('locked');
    process.stdin.resume().once('end', () => process.exit());`;
  const child = spawn(process.execPath, ['-e', script, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  return async () => {
    child.stdin.end();
    await ended;
  };
}

/** Where the way to a server may be shut, however fast the server itself is back. */
async function createDoor(port: number) {
  const sockets = new Set<Socket>();
  let shut = false;
  const door = createServer(client => {
    if (shut) return void client.destroy();
    const server = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {}).once('close', () => to.destroy());
      from.pipe(to);
    }
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  onTestFinished(() => {
    cut();
    door.close();
  });
  return {
    port: (door.address() as AddressInfo).port,
    shut: () => {
      shut = true;
      cut();
    },
    open: () => void (shut = false),
  };
}

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();
const post = (url: string, body: unknown, headers = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const put = (url: string, body: unknown) =>
  fetch(url, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

test('a database that another process has locked takes no graphs for now, while runs are started and read', async () => {
  const file = join(live.dataDir, 'locked.db');
  const service = await openLiveService(live, { database: file });
  onTestFinished(() => service.stop());
  expect((await put(`${service.url}/api/v1/graphs/${graph.id}`, graph.document)).status).toBe(201);
  const unlock = await lock(file);
  const refused = await put(`${service.url}/api/v1/graphs/other`, other);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('2');
  expect(await refused.json()).toMatchObject({ type: 'urn:espalier:database_busy' });

  const started = await post(`${service.url}/api/v1/runs`, { graph: graph.id, input: { n: 0 } });
  expect(started.status).toBe(202);
  const { id } = (await started.json()) as { readonly id: string };
  expect(await json(`${service.url}/api/v1/runs/${id}/result?wait=30s`)).toMatchObject({ outputs: { n: 2 } });
  await unlock();
  expect((await put(`${service.url}/api/v1/graphs/other`, other)).status).toBe(201);
});

test(
  'two services on one PostgreSQL see the same graphs and runs, and outlast a restart of it',
  { timeout: TIMEOUT },
  async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    const url = new URL(postgres.url);
    const door = await createDoor(Number(url.port));
    url.port = String(door.port);
    const [one, two] = await Promise.all([
      startServiceProcess(live, { database: url.href }),
      startServiceProcess(live, { database: url.href }),
    ]);
    onTestFinished(async () => void (await Promise.all([one.kill(), two.kill()])));

    expect((await put(`${one.url}/api/v1/graphs/${graph.id}`, graph.document)).status).toBe(201);
    expect(await json(`${two.url}/api/v1/graphs/${graph.id}`)).toMatchObject({ id: graph.id, version: 1 });
    const puts = await Promise.all([one, two].map(service => put(`${service.url}/api/v1/graphs/other`, other)));
    expect(puts.map(({ status }) => status).sort()).toEqual([200, 201]);

    const asked = { graph: graph.id, input: { n: 0 } };
    const starts = await Promise.all(
      [one, two, one, two].map(service => post(`${service.url}/api/v1/runs`, asked, { 'idempotency-key': 'once' })),
    );
    const ids = await Promise.all(starts.map(async start => ((await start.json()) as { readonly id: string }).id));
    expect([new Set(ids).size, starts.map(({ status }) => status)]).toEqual([1, [202, 202, 202, 202]]);
    const [id = ''] = ids;
    expect(await json(`${two.url}/api/v1/runs/${id}/result?wait=30s`)).toMatchObject({ outputs: { n: 2 } });
    expect(await watchToEnd(one.url, id)).toEqual(await watchToEnd(two.url, id));

    const database = async (): Promise<readonly [string, string | undefined]> => {
      const { status, checks = {} } = (await json(`${one.url}/readyz`)) as Health;
      return [status, checks['database:responseTime']?.[0]?.status];
    };
    expect(await database()).toEqual(['pass', 'pass']);
    door.shut();
    await postgres.restart();
    await expect.poll(database).toEqual(['fail', 'fail']);
    const refused = await put(`${one.url}/api/v1/graphs/${graph.id}`, workChain(4, { ms: 0 }).document);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await json(`${one.url}/api/v1/runs/${id}`)).toMatchObject({ status: 'completed' });
    door.open();
    await expect.poll(database).toEqual(['pass', 'pass']);
    const mended = await put(`${two.url}/api/v1/graphs/${graph.id}`, workChain(5, { ms: 0 }).document);
    // Of what was refused nothing is stored.
    expect(await mended.json()).toMatchObject({ version: 2 });
  },
);
