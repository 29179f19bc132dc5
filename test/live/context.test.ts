/** Secrets and codecs, on a server of its own, whose files are looked through when it has ended. */
import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { Espalier, type Start } from '../../src/client/espalier.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { createLogSink } from '../../src/log/log-sink.js';
import type { Run } from '../../src/run/run.js';
import { createCompression } from '../../src/seal/compression.js';
import { createEncryption } from '../../src/seal/encryption.js';
import { createFolderKeys } from '../../src/seal/folder-keys.js';
import { formsOf } from '../../src/seal/secret-forms.js';
import { findServerBinary } from '../../src/server/binary.js';
import { startServer, type EmbeddedServer } from '../../src/server/embedded.js';
import { impl } from '../../src/step/impl.js';
import { createDataConverter } from '../../src/store/external-storage.js';
import { createFolderStore } from '../../src/store/folder-store.js';
import { digestOf } from '../../src/value/digest.js';
import { createLogger } from '../../workers/logger.js';
import { createWorker, type EspalierWorker, type EspalierWorkerOptions } from '../../workers/main.js';
import { leak, leaks, leaky } from '../seal/leaky.js';
import { openService } from '../service/service-harness.js';

const SECRET = 'sk-7d"8/ä+=e0f1-of-nobody';
const PASSWORD = 'hunter2?&hunter2';
const CONTEXT = { _global: { apiKey: SECRET, login: { user: 'me', password: PASSWORD } } };
/** Stands in what may be kept: where it is not found, nothing is. */
const MARKER = 'marker-4711-of-the-test';

const how = step({ id: 'how', in: { digest: z.string() }, out: { how: z.literal('use') } });
/** Uses the secret again and again, over several links. */
const long = graph({ id: 'long', in: {}, out: { digest: z.string() } }, g => {
  let use = g.run(leaky, { how: 'use' }, { as: 'use0' });
  const nodes = [use];
  for (let n = 1; n < 8; n += 1) {
    const next = g.run(how, { digest: use.digest }, { as: `how${n}` });
    use = g.run(leaky, { how: next.how }, { as: `use${n}` }) as typeof use;
    nodes.push(use);
  }
  return { out: { digest: use.digest }, nodes };
});
const echo = step({ id: 'echo', in: { text: z.string() }, out: { text: z.string() } });
const echoes = graph(
  { id: 'echoes', in: { text: z.string() }, out: { text: z.string(), early: z.string() } },
  (g, i) => {
    const first = g.run(echo, { text: i.text }, { as: 'first' });
    return { out: { text: g.run(echo, { text: first.text }).text, early: first.text } };
  },
);
const registered = { steps: [leak, impl(how, () => ({ how: 'use' as const })), impl(echo, ({ text }) => ({ text }))] };

const execute = promisify(execFile);
let folder: string;
let server: EmbeddedServer;
const log: string[] = [];
const workers: { readonly worker: EspalierWorker; readonly done: Promise<void> }[] = [];
const told: unknown[] = [];

const settings = () => ({ dataDir: join(folder, 'data'), store: createFolderStore(join(folder, 'data', 'blobs')) });

/** A client of a queue of its own, and a worker for it. */
async function open(options: Pick<EspalierWorkerOptions, 'codecs' | 'keys'> = {}): Promise<Espalier> {
  const common = { address: server.address, taskQueue: `test-${randomUUID()}`, ...settings() };
  const sink = createLogSink({ level: 'debug', format: 'json', write: line => log.push(line) });
  const workflowBundle = { codePath: inject('bundleFile') };
  const how = {
    ...common,
    ...options,
    workflowBundle,
    logger: createLogger(sink),
    buildId: 'test',
    shutdownGrace: 1000,
  };
  const worker = await createWorker(registered, how);
  workers.push({ worker, done: worker.run() });
  const { codecs } = options;
  return Espalier.connect({ ...common, ...(codecs && { codecs }) });
}

/** Waits for its end, and keeps all that it tells. */
async function endOf(run: Run<unknown>): Promise<unknown> {
  for await (const frame of run.watch()) told.push(frame);
  const result = await run.result().catch((error: unknown) => error);
  told.push(result, result instanceof Error ? result.stack : '', await run.view());
  return result;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-context-'));
  server = await startServer({ dataDir: join(folder, 'server'), headless: true });
});
async function stop(): Promise<void> {
  for (const { worker } of workers) worker.shutdown();
  await Promise.all(workers.splice(0).map(({ done }) => done));
  await server.stop();
}
afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

/** Every file of the server and of the data folder but the keys, in bytes. */
async function files(): Promise<ReadonlyMap<string, Buffer>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = found.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const kept = names.filter(name => !name.includes('/keys/'));
  return new Map(await Promise.all(kept.map(async name => [name, await readFile(name)] as const)));
}

const whereIs = (text: string, all: ReadonlyMap<string, Buffer>): readonly string[] =>
  [...all].filter(([, bytes]) => bytes.includes(text)).map(([name]) => name);

const ending = (code: string, details?: object): unknown =>
  expect.objectContaining({ code, ...(details && { cause: expect.objectContaining({ details }) as unknown }) });

type Payload = temporal.api.common.v1.IPayload;

/** The payloads anywhere in a history. */
function payloadsIn(history: unknown): readonly Payload[] {
  if (typeof history !== 'object' || history === null || history instanceof Uint8Array) return [];
  if ('metadata' in history && 'data' in history) return [history as Payload];
  return Object.values(history).flatMap(payloadsIn);
}

describe('codecs', () => {
  test('leave nothing in a history to be read, which is folded and replayed all the same', async () => {
    const keys = createFolderKeys(join(folder, 'data', 'keys'));
    const codecs = [createCompression(), createEncryption(keys, 'default')];
    const espalier = await open({ codecs });
    const secretive = 'plain-of-nobody';
    // So large that it lies in the store, also compressed.
    const baggage = { note: secretive, filling: randomBytes(60_000).toString('hex') };
    const run = await espalier.start(echoes, { id: 'encoded', input: { text: secretive }, baggage });
    expect(await run.result()).toEqual({ text: secretive, early: secretive });
    expect(await run.view()).toMatchObject({
      status: 'completed',
      nodes: [{ outputs: { text: { inline: secretive } } }, {}],
    });

    const breakpoints = [{ before: 'echo' }];
    const held = await espalier.start(echoes, { id: 'cancelled', input: { text: secretive }, baggage, breakpoints });
    await expect.poll(async () => (await held.view()).nodes[0]?.state).toBe('completed');
    await held.cancel();
    await expect(held.result()).rejects.toMatchObject({ code: 'cancelled', partial: { early: secretive } });

    const history = await rawHistory(espalier, 'encoded');
    for (const kept of [history, await rawHistory(espalier, 'cancelled')]) {
      const bytes = proto.temporal.api.history.v1.History.encode(kept).finish();
      expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/plain-of-nobody|planVersion/);
    }
    const { store } = settings();
    const dataConverter = { ...createDataConverter(store), payloadCodecs: codecs };
    await Worker.runReplayHistory(
      { workflowBundle: { codePath: inject('bundleFile') }, dataConverter },
      history,
      'encoded',
    );

    const plain = await decodedByService(codecs, payloadsIn(history));
    expect(plain.filter(text => text.includes(secretive)).length).toBeGreaterThanOrEqual(5);
    expect(plain.find(text => text.includes('planVersion'))).toContain(baggage.filling);
    await espalier.close();
  });
});

async function rawHistory(espalier: Espalier, workflowId: string): Promise<temporal.api.history.v1.History> {
  const connection = await Connection.connect({ address: espalier.address });
  const { workflowService } = connection;
  const request = { namespace: 'default', execution: { workflowId }, maximumPageSize: 1000 };
  const { history } = await workflowService.getWorkflowExecutionHistory(request);
  await connection.close();
  return proto.temporal.api.history.v1.History.fromObject(history ?? {});
}

/** What the codec endpoint makes of payloads, as the Temporal UI would send them. */
async function decodedByService(
  codecs: EspalierWorkerOptions['codecs'],
  payloads: readonly Payload[],
): Promise<readonly string[]> {
  const { dataDir, store } = settings();
  const service = await openService({ address: server.address, dataDir, store, ...(codecs && { codecs }) });
  const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
  const sent = payloads.map(({ metadata, data }) => {
    const texts = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)]);
    return { metadata: Object.fromEntries(texts) as Record<string, string>, data: base64(data) };
  });
  const response = await service.send('POST', '/codec/decode', { payloads: sent }, { 'X-Namespace': 'default' });
  const answer = (await response.json()) as { readonly payloads: readonly { readonly data: string }[] };
  expect(await shownByCli(`${service.url}/codec`)).toContain('"plain-of-nobody"');
  await service.stop();
  return answer.payloads.map(({ data }) => Buffer.from(data, 'base64').toString());
}

async function shownByCli(codec: string): Promise<string> {
  const cli = await findServerBinary({ onProgress: () => {} });
  const place = ['--address', server.address, '--codec-endpoint', codec];
  const { stdout } = await execute(cli, ['workflow', 'show', '-w', 'encoded', '-o', 'json', ...place]);
  return [...stdout.matchAll(/"data": "([^"]+)"/g)]
    .map(([, data = '']) => Buffer.from(data, 'base64').toString())
    .join();
}

describe('a secret of a run (RN-17) [A5]', () => {
  const start = (espalier: Espalier, given: Start<typeof leaks.in>) =>
    espalier.start(leaks, { context: CONTEXT, baggage: { MARKER }, ...given });
  const used = digestOf([SECRET, 'everywhere', CONTEXT._global.login]);

  test('is used, and fails whoever tells it; over every link of a run', async () => {
    const espalier = await open();
    const end = async (how: 'use' | 'throw' | 'refuse' | 'throwText' | 'output' | 'wrongOutput') =>
      endOf(await start(espalier, { input: { how } }));
    const inOutput = (port: string) => ending('context_in_output', { address: 'tell', port, name: 'apiKey' });
    expect(
      await Promise.all([end('use'), end('throw'), end('refuse'), end('throwText'), end('output'), end('wrongOutput')]),
    ).toEqual([
      { digest: used },
      ending('E_[context login]'),
      ending('no [context apiKey]'),
      ending('thrown_value'),
      inOutput('more'),
      inOutput('digest'),
    ]);
    const chain = await espalier.start(long, { context: CONTEXT, linkLimits: { events: 20 } });
    expect(await endOf(chain)).toEqual({ digest: used });
    expect((await chain.view()).link).toBeGreaterThan(0);
    await espalier.close();
  });

  test('counts for an idempotency key, and only its own run and keys open it', async () => {
    const espalier = await open();
    const given = { input: { how: 'use' }, idempotencyKey: 'k' } as const;
    const first = await start(espalier, given);
    expect((await start(espalier, given)).id).toBe(first.id);
    const conflict = { code: 'idempotency_conflict', message: expect.stringContaining('another context') as unknown };
    for (const context of [{ _global: { apiKey: 'sk-other' } }, {}]) {
      await expect(start(espalier, { ...given, context })).rejects.toMatchObject(conflict);
    }
    expect(await endOf(first)).toEqual({ digest: used });
    await expect(start(espalier, { ...given, context: { nobody: {} } })).rejects.toMatchObject({
      code: 'invalid_context',
    });
    const stranger = await open({ keys: createFolderKeys(join(folder, 'data', 'keys', 'of-others')) });
    expect(await endOf(await start(stranger, { input: { how: 'use' } }))).toEqual(ending('context_not_opened'));
    await Promise.all([espalier.close(), stranger.close()]);
  });

  test('is afterwards in no file, no log and nothing that a run tells, in any form', async () => {
    await stop();
    const all = await files();
    const heard = Buffer.from(JSON.stringify([told, log]));
    const places = new Map([...all, ['what was told', heard] as const]);
    // What may be kept is found: so would be what may not.
    expect(whereIs(MARKER, places).some(name => name.endsWith('.db') || name.endsWith('.db-wal'))).toBe(true);
    expect([...all.keys()].some(name => name.includes('/blobs/'))).toBe(true);
    expect(log.filter(line => line.includes('using [context apiKey]')).length).toBeGreaterThan(10);
    for (const secret of [SECRET, PASSWORD]) {
      for (const form of formsOf(secret)) expect({ form, in: whereIs(form, places) }).toEqual({ form, in: [] });
      expect(whereIs(Buffer.from(secret).toString('hex'), places)).toEqual([]);
    }
    expect(whereIs('sk-7d', places)).toEqual([]);
    expect(whereIs('plain-of-nobody', places)).toEqual([]);
  });
});
