import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Espalier } from '../../src/client/espalier.js';
import { NotReachableError } from '../../src/client/not-reachable-error.js';
import { workChain } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';

const live = Live.use();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-connect-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// Nothing of the machine's own configuration.
beforeEach(() => {
  for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_NAMESPACE']) vi.stubEnv(name, undefined);
  vi.stubEnv('TEMPORAL_CONFIG_FILE', join(folder, 'none.toml'));
});
afterEach(() => vi.unstubAllEnvs());

const connected = async (options: Parameters<typeof Espalier.connect>[0]): Promise<Espalier> => {
  const espalier = await Espalier.connect(options);
  await espalier.close();
  return espalier;
};

describe('the server is', () => {
  test('the one given', async () => {
    vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
    expect(await connected({ address: live.address })).toMatchObject({ address: live.address, namespace: 'default' });
  });

  test('else that of TEMPORAL_ADDRESS', async () => {
    vi.stubEnv('TEMPORAL_ADDRESS', live.address);
    expect((await connected({ dataDir: folder })).address).toBe(live.address);
  });

  test('else that of a profile', async () => {
    const file = join(folder, 'temporal.toml');
    await writeFile(file, `[profile.here]\naddress = "${live.address}"\nnamespace = "default"\n`);
    vi.stubEnv('TEMPORAL_CONFIG_FILE', file);
    expect((await connected({ profile: 'here', dataDir: folder })).address).toBe(live.address);
    await expect(connected({ profile: 'there' })).rejects.toMatchObject({ code: 'invalid_config' });
  });

  test('else the one that lives in the data folder', async () => {
    await writeFile(join(folder, 'server.json'), JSON.stringify({ address: live.address, pid: process.pid }));
    expect((await connected({ dataDir: folder })).address).toBe(live.address);
  });
});

describe('what can’t be reached is said within five seconds', () => {
  test('with the address and where it is from', async () => {
    vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
    const before = Date.now();
    const error = await connected({}).catch((thrown: unknown) => thrown);
    expect(Date.now() - before).toBeLessThan(5000);
    expect(error).toBeInstanceOf(NotReachableError);
    expect(error).toMatchObject({ code: 'not_reachable', address: '127.0.0.1:1' });
    expect((error as Error).message).toContain('TEMPORAL_ADDRESS');
  });

  test('if there is no server at all', async () => {
    const dataDir = join(folder, 'empty');
    await expect(connected({ dataDir })).rejects.toMatchObject({ code: 'not_reachable' });
    await expect(connected({ dataDir })).rejects.toThrow(dataDir);
  });

  test('or no such namespace', async () => {
    const tenant = `nobody-${randomUUID()}`;
    const connecting = connected({ address: live.address, tenant });
    await expect(connecting).rejects.toMatchObject({ code: 'unknown_namespace' });
    await expect(connecting).rejects.toThrow(tenant);
  });
});

test('a namespace that does not know our search attributes works without them', async () => {
  const namespace = `plain-${randomUUID()}`;
  await live.client.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await live.work({ steps }, { namespace });
  const options = { address: live.address, dataDir: live.dataDir, taskQueue: live.queue, tenant: namespace };
  const espalier = await Espalier.connect(options);
  const run = await espalier.start(workChain(2, { ms: 200 }), { input: { n: 1 } });
  await run.pause();
  await expect.poll(async () => (await run.view()).status).toBe('paused');
  await expect(espalier.list({ status: 'paused' })).rejects.toMatchObject({ code: 'not_searchable' });
  await expect.poll(async () => (await espalier.list({ status: 'running' })).runs).toMatchObject([{ id: run.id }]);
  await run.resume();
  expect(await run.result()).toEqual({ n: 3 });
  await espalier.close();
});
