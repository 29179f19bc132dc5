import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { start, temporaryFolder } from './espalier.js';

/** A collector of OpenTelemetry, as far as it keeps what it is sent. */
async function collector() {
  const sent: { readonly path: string; readonly body: Buffer }[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then(body => {
      sent.push({ path: request.url ?? '', body });
      response.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { sent, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('with OTEL_EXPORTER_OTLP_ENDPOINT serve sends its spans there, before it ends, and nothing of its command line', async () => {
  const { sent, url } = await collector();
  const data = await temporaryFolder();
  const args = ['--port', '0', '--address', '127.0.0.1:1', '--data', data, '--database', join(data, 'untold.db')];
  const serve = start(['serve', ...args], { env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } });
  const [, service = ''] = await serve.said(/^listening on (http:[^,\s]+), for/m);
  for (const path of ['/healthz', '/api/v1/graphs']) expect((await fetch(service + path)).status).toBe(200);
  serve.interrupt();
  expect(await serve.ended).toMatchObject({ code: 0 });
  expect(sent.map(({ path }) => path)).toEqual(['/v1/traces']);
  const [told = ''] = sent.map(({ body }) => body.toString('latin1'));
  expect(told).toMatch(/espalier-service/);
  expect(told).toMatch(/GET \/api\/v1\/graphs/);
  expect(told).not.toMatch(/healthz|untold/);
});

test('a collector that never answers holds nobody up', async () => {
  const deaf = createServer(() => {}).listen(0, '127.0.0.1');
  onTestFinished(() => deaf.closeAllConnections());
  onTestFinished(() => void deaf.close());
  await once(deaf, 'listening');
  const OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
  const data = await temporaryFolder();
  const args = ['--port', '0', '--address', '127.0.0.1:1', '--data', data];
  const serve = start(['serve', ...args], { env: { OTEL_EXPORTER_OTLP_ENDPOINT } });
  const [, service = ''] = await serve.said(/^listening on (http:[^,\s]+), for/m);
  expect((await fetch(`${service}/api/v1/graphs`)).status).toBe(200);
  const since = Date.now();
  serve.interrupt();
  expect(await serve.ended).toMatchObject({ code: 0 });
  // The exporter's own patience is ten seconds.
  expect(Date.now() - since).toBeLessThan(9000);
});
