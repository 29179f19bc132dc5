import { createServer } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startServer, type EmbeddedServer } from '../../src/server/embedded.js';
import { espalier, SHOP, start, temporaryFolder, type Command } from './espalier.js';

const NOWHERE = '127.0.0.1:1';
const urlOf = async (serve: Command): Promise<string> =>
  (await serve.said(/^listening on (http:[^,\s]+), for/m))[1] ?? '';

describe('serve, for a Temporal server elsewhere', () => {
  let server: EmbeddedServer;
  let folder: string;
  let blobs: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-serve-'));
    blobs = join(folder, 'shared');
    server = await startServer({ dataDir: join(folder, 'temporal'), headless: true });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('serves graphs and runs, and stops at once while clients watch', async () => {
    const serve = start(['serve', '--port', '0', '--address', server.address, '--data', blobs]);
    const url = await urlOf(serve);
    const gate = join(folder, 'gate');
    const over = (...args: readonly string[]) => espalier([...args, '--address', url]);
    expect(await over('graph', 'put', `${SHOP}#gated`)).toMatchObject({ code: 0 });
    const left = await over('run', 'gated', '--set', `file=${gate}`, '--id', 'waits', '--no-wait');
    expect(left).toMatchObject({ code: 0, stdout: 'waits\n' });
    expect(left.stderr).toMatch(/no worker takes runs of the default task queue/);
    const worker = start(['worker', SHOP, '--address', server.address, '--data', blobs]);
    const events = await fetch(`${url}/api/v1/runs/waits/events`);
    await worker.said(/looking for the price/);
    const since = Date.now();
    serve.terminate();
    expect(await events.text()).toContain('event: run');
    expect(await serve.ended).toMatchObject({ code: 0, stdout: '' });
    expect(Date.now() - since).toBeLessThan(10_000);
    // Else the worker gives the step its grace.
    await writeFile(gate, '');
    worker.interrupt();
    expect(await worker.ended).toMatchObject({ code: 0 });
  });
});

test('serve needs no Temporal to begin with, and says so to who asks', async () => {
  const data = await temporaryFolder();
  const serve = start(['serve', '--port', '0', '--address', NOWHERE, '--data', data]);
  const url = await urlOf(serve);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  const list = await espalier(['runs', 'list', '--address', url]);
  expect(list).toMatchObject({ code: 5, stderr: expect.stringContaining(`answers at ${NOWHERE}`) });
  expect(await espalier(['graph', 'put', SHOP + '#order', '--address', url])).toMatchObject({ code: 0 });
  const doctor = await espalier(['doctor', '--address', url, '--data', data]);
  expect(doctor.code).toBe(5);
  expect(doctor.stdout).toMatch(
    /^fail +service +\S+, temporal: no Temporal server answers .*\n +→ start what it needs/m,
  );
  serve.interrupt();
  expect(await serve.ended).toMatchObject({ code: 0 });
});

test('with LOG_FORMAT=json all it says are log lines', async () => {
  const env = { LOG_FORMAT: 'json', LOG_LEVEL: 'debug' };
  const data = await temporaryFolder();
  const serve = start(['serve', '--port', '0', '--address', NOWHERE, '--data', data], { env });
  const [, url = ''] = await serve.said(/"url":"(http:[^"]+)"/);
  await fetch(`${url}/api/v1/runs`);
  serve.interrupt();
  const { code, stderr } = await serve.ended;
  expect(code).toBe(0);
  const lines = stderr
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as object);
  expect(lines).toContainEqual(expect.objectContaining({ level: 'info', message: 'listening', url }));
  expect(lines.every(line => 'time' in line && 'level' in line && 'message' in line)).toBe(true);
});

describe('serve says in a line why it can not begin', () => {
  test('a port that is taken', async () => {
    const other = createServer();
    onTestFinished(() => void other.close());
    const port = await new Promise<number>(resolve =>
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { readonly port: number }).port)),
    );
    const args = ['serve', '--port', String(port), '--address', NOWHERE, '--data', await temporaryFolder()];
    const { code, stderr } = await espalier(args);
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: `error: the service cannot listen on 127.0.0.1:${port}: the port is taken; choose another one with --port (or ESPALIER_PORT), 0 for any that is free\n`,
    });
  });

  test.each([
    [
      'a host of others',
      ['--host', '203.0.113.1'],
      5,
      /^error: .*203\.0\.113\.1:0: this machine has no such address; --host/,
    ],
    ['a port that can not be', ['--port', '70000'], 2, /Expected a whole number from 0 to 65535/],
    [
      'a database of nobody',
      ['--database', 'postgres://u:secret@127.0.0.1:1/x'],
      5,
      /^error: PostgreSQL at 127.0.0.1:1\/x/,
    ],
    ['a service as Temporal', ['--address', 'http://127.0.0.1:2'], 2, /expected host:port of a Temporal server/],
  ])('%s', async (_, args, expected, message) => {
    const where = ['--port', '0', '--address', NOWHERE, '--data', await temporaryFolder()];
    const { code, stdout, stderr } = await espalier(['serve', ...where, ...args]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('secret');
    expect(stderr.trimEnd().split('\n').length).toBeLessThan(3);
  });

  test('a database that is none', async () => {
    const data = await temporaryFolder();
    await writeFile(join(data, 'espalier.db'), 'no database '.repeat(100));
    const { code, stderr } = await espalier(['serve', '--port', '0', '--address', NOWHERE, '--data', data]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: the database file \S+ is no SQLite database: .*\n$/);
  });

  test('no Temporal server that is named', async () => {
    const { code, stderr } = await espalier(['serve', '--port', '0', '--data', await temporaryFolder()]);
    expect(code).toBe(5);
    expect(stderr).toMatch(/^error: no Temporal server answers at any address .*; start one with: espalier dev\n$/);
  });
});
