import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startServer, type EmbeddedServer } from '../../src/server/embedded.js';
import { ROOT, temporaryFolder } from '../cli/espalier.js';

const APP = join(ROOT, 'examples/nest-app');
let server: EmbeddedServer;

beforeAll(async () => {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', APP], { stdio: 'inherit' });
  server = await startServer({ headless: true });
});
afterAll(() => server.stop());

/** The application in a process of its own, on a free port; what is left of it after the test is killed. */
function launch(environment: Readonly<Record<string, string>>) {
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
  const child = spawn(process.execPath, [join(APP, 'dist/main.js'), '0'], {
    env: { ...env, NO_COLOR: '1', TEMPORAL_ADDRESS: server.address, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal, output }) as const);
  const said = (what: RegExp): Promise<string> =>
    vi.waitFor(
      () => {
        const found = what.exec(output);
        if (!found) throw new Error(`it has not said ${what}:\n${output}`);
        return found[1] ?? found[0];
      },
      { timeout: 60_000 },
    );
  return { said, ended, signal: (signal: NodeJS.Signals) => child.kill(signal) };
}

/** As `launch`; it listens. */
async function start(dataDir: string) {
  const { said, ended, signal } = launch({ ESPALIER_DATA: dataDir });
  const url = await said(/orders at (http\S+)/);
  return {
    said,
    async post(body: unknown, headers: Record<string, string> = {}) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
      return read(await fetch(`${url}/orders`, { ...init, body: JSON.stringify(body) }));
    },
    get: async (id: string) => read(await fetch(`${url}/orders/${id}`)),
    stop() {
      signal('SIGTERM');
      return ended;
    },
  };
}
const read = async (response: Response) => ({
  status: response.status,
  body: (await response.json()) as Record<string, unknown>,
});

describe('the Nest application', () => {
  test('starts runs from its controller, and shows what came of them', async () => {
    const app = await start(await temporaryFolder());
    const { status, body } = await app.post({ item: 'tea', quantity: 2 }, { 'idempotency-key': 'one' });
    const id = String(body['id']);
    expect({ status, id }).toEqual({ status: 202, id: expect.stringMatching(/^order-/) });
    await expect
      .poll(async () => (await app.get(id)).body, { timeout: 30_000 })
      .toEqual({
        id,
        status: 'completed',
        order: { parcel: '2 from A1', cents: 500, reference: `${id}/bill` },
      });
    expect((await app.post({ item: 'tea', quantity: 2 }, { 'idempotency-key': 'one' })).body).toEqual({ id });
    expect((await app.post({ item: 'tea', quantity: 3 }, { 'idempotency-key': 'one' })).status).toBe(409);
    expect((await app.post({ item: 'tea', quantity: 'many' })).status).toBe(400);
    expect((await app.get('nobody')).status).toBe(404);
    const refused = await app.post({ item: 'ink', quantity: 1 });
    await expect
      .poll(async () => (await app.get(String(refused.body['id']))).body, { timeout: 30_000 })
      .toMatchObject({ status: 'failed', error: 'there is no ink in the warehouse' });
    const { code, output } = await app.stop();
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(
      /\[Espalier\] a worker for 1 queue\n +queue +steps\n +espalier +bill \(BillingSteps\.bill\)/,
    );
    expect(output).toMatch(
      /\[Espalier\] packing \{(?=.* attempt: 1,)(?=.* node: 'pack')(?=.* graph: 'order')(?=.* runId: 'order-)/,
    );
  });

  test('finishes the step that runs when it is told to stop, and goes on after the next start', async () => {
    const dataDir = await temporaryFolder();
    const first = await start(dataDir);
    const { body } = await first.post({ item: 'coffee', quantity: 100 });
    const id = String(body['id']);
    await first.said(/packing/);
    expect(await first.stop()).toMatchObject({ code: 0, signal: null });
    const second = await start(dataDir);
    await expect
      .poll(async () => (await second.get(id)).body, { timeout: 30_000 })
      .toMatchObject({ status: 'completed', order: { parcel: '100 from B7' } });
    const { code, output } = await second.stop();
    expect(code).toBe(0);
    expect(output).not.toContain('packing');
  });

  test('is closed, and its process fails, when its worker can not go on', async () => {
    const { ended } = launch({ ESPALIER_DATA: await temporaryFolder(), TEMPORAL_NAMESPACE: 'nowhere' });
    const { code, output } = await ended;
    expect({ code, output }).toMatchObject({ code: 1 });
    expect(output).toMatch(/ERROR \[Espalier\] the worker can't go on, the application is closed: .*nowhere/);
  });
});
