import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operationsOf, type OpenApi } from './open-api-document.js';
import { INTERVENING, rubbish, throwRubbish } from './rubbish.js';
import { openService, NOBODY, type TestService } from './service-harness.js';

let service: TestService;
beforeAll(async () => {
  service = await openService({ address: NOBODY, callTimeout: 300 });
});
afterAll(() => service.stop());

const GRAPH = { id: 'kept', in: { n: { type: 'number' } }, out: { n: '$in.n' } };
const stored = async () => (await service.database.graphs.list({ limit: 1000 })).map(({ id, hash }) => `${id} ${hash}`);

test('rubbish at every route, while Temporal is down: 503 at worst, nothing is stored that was refused', async () => {
  expect((await service.send('PUT', '/api/v1/graphs/kept', GRAPH)).status).toBe(201);
  const document = (await (await service.fetch('/openapi.json')).json()) as OpenApi;
  // Uploads that never come to an end.
  const slow = Array.from({ length: 20 }, () => {
    const socket = connect(service.port, '127.0.0.1');
    const head =
      'PUT /api/v1/graphs/slow HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n';
    socket.on('error', () => undefined).write(`${head}{"id":`);
    return socket;
  });
  const before = await stored();

  const known = {
    ids: ['kept', 'nobody'],
    bodies: {
      ...INTERVENING,
      graphs_put: { ...GRAPH, title: 'x' },
      runs_start: { graph: 'kept', input: { n: 1 } },
      runners_start: { id: 'fed', graph: 'kept' },
    },
  };
  const answers = await throwRubbish(service.port, rubbish(operationsOf(document), known), {
    seed: 4,
    numRuns: 60,
    down: true,
  });

  expect(answers.length).toBeGreaterThan(100);
  const accepted = answers
    .filter(({ request, answer }) => request.target === 'graphs_put' && answer.status < 300)
    .map(({ answer }) => answer.body);
  for (const version of await stored()) {
    if (before.includes(version)) continue;
    expect(accepted.some(body => version.split(' ').every(part => body.includes(part)))).toBe(true);
  }
  for (const socket of slow) socket.destroy();
  expect((await service.send('PUT', '/api/v1/graphs/kept', GRAPH)).status).toBe(200);
  expect(service.log.filter(({ level }) => level === 'error')).toEqual([]);
});
