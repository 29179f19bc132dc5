import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Problem } from '../../src/api/problem.js';
import { problemOf } from '../../src/service/problem/problem-of.js';
import { EspalierError } from '../../src/value/espalier-error.js';
import { openService, NOBODY, type TestService } from './service-harness.js';

let service: TestService | undefined;
let silent: Server | undefined;
const sockets = new Set<Socket>();
afterEach(async () => {
  await service?.stop();
  for (const socket of sockets) socket.destroy();
  silent?.close();
  service = silent = undefined;
});

const GRAPH = { id: 'echo', in: { v: {} }, out: { v: '$in.v' } };
const ASKS: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ['POST', '/api/v1/runs', { graph: 'echo', input: { v: 1 } }],
  ['GET', '/api/v1/runs'],
  ['GET', '/api/v1/runs?status=paused'],
  ['GET', '/api/v1/runs/x'],
  ['GET', '/api/v1/runs/x/result?wait=60s'],
  ['POST', '/api/v1/runs/x/pause'],
  ['POST', '/api/v1/runs/x/resume'],
  ['POST', '/api/v1/runs/x/cancel'],
  ['POST', '/api/v1/runners/shop/workflows', { id: 'x', graph: 'echo' }],
  ['GET', '/api/v1/runners/shop/workflows'],
  ['GET', '/api/v1/runners/shop/workflows/x'],
  ['POST', '/api/v1/runners/shop/workflows/x/inputs', { input: { v: 1 } }],
  ['GET', '/api/v1/runners/shop/workflows/x/results'],
  ['POST', '/api/v1/runners/shop/workflows/x/stop'],
  ['POST', '/api/v1/runners/shop/workflows/x/resume'],
];

async function allRefused(address: string): Promise<void> {
  service = await openService({ address, callTimeout: 1000 });
  expect((await service.send('PUT', '/api/v1/graphs/echo', GRAPH)).status).toBe(201);
  const began = performance.now();
  const asks = ASKS.map(([method, path, body]) => service?.send(method, path, body));
  for (const [at, asked] of asks.entries()) {
    const path = ASKS[at]?.[1] ?? '';
    const answer = (await asked) as Response;
    expect(performance.now() - began, path).toBeLessThan(3000);
    const problem = Problem.strict().parse(await answer.json());
    expect([path, answer.status, problem.type]).toEqual([path, 503, 'urn:espalier:not_reachable']);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  }
}

describe('while Temporal is out of reach every call gets 503 within three seconds', () => {
  test('nobody answers at its address', () => allRefused(NOBODY));

  test('somebody answers and says nothing', async () => {
    silent = createServer(socket => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    await allRefused(`127.0.0.1:${(silent.address() as AddressInfo).port}`);
  });
});

test('what goes wrong inside is in the log, and not in the answer', async () => {
  service = await openService({ address: NOBODY });
  service.database.graphs.get = () => Promise.reject(new Error('the combination is 12345'));
  const answer = await service.fetch('/api/v1/graphs/echo');
  const text = await answer.text();
  expect(answer.status).toBe(500);
  expect(Problem.strict().parse(JSON.parse(text))).toMatchObject({ type: 'urn:espalier:internal', errors: [] });
  expect(text).not.toMatch(/12345|stack|\.ts/);
  const told = service.log.find(({ level }) => level === 'error');
  expect(told).toMatchObject({
    message: 'the combination is 12345',
    fields: { url: '/api/v1/graphs/echo', status: 500 },
  });
  expect(told?.fields['error']).toMatchObject({ stack: expect.stringContaining('out-of-order.test') });
});

test.each([
  ['not_found', 404],
  ['already_started', 409],
  ['idempotency_conflict', 409],
  ['run_finished', 409],
  ['invalid_input', 422],
  ['database_busy', 503],
  ['database_unavailable', 503],
  ['database_full', 507],
  ['database_error', 500],
])('an error with the code %s is answered with %i', (code, status) => {
  expect(problemOf(new EspalierError(code, 'what happened'))).toMatchObject({ status });
});
