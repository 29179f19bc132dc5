import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger } from '@temporalio/worker';
import { expect, onTestFinished, test } from 'vitest';
import { Espalier } from '../../src/client/espalier.js';
import { createLogSink, type LogMessage } from '../../src/log/log-sink.js';
import type { MetricsSource } from '../../src/service/metrics/sdk-metrics.js';
import { startService } from '../../src/service/service.js';
import { openDatabase } from '../../src/store/database/open-database.js';
import { installRuntime } from '../../workers/runtime.js';
import { NOBODY } from './service-harness.js';

/** A service with the metrics of a worker; what it tells, and its log. */
async function metricsWith(sdkMetrics: MetricsSource): Promise<{ readonly text: string; readonly log: LogMessage[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-metrics-'));
  const espalier = await Espalier.connect({ address: NOBODY, dataDir: folder, lazy: true });
  const database = await openDatabase(join(folder, 'service.db'));
  const log: LogMessage[] = [];
  const sink = createLogSink({ level: 'warn', format: message => String(log.push(message)), write: () => {} });
  const service = await startService({ espalier, database, log: sink, host: '127.0.0.1', port: 0, sdkMetrics });
  onTestFinished(async () => {
    await service.close();
    await database.close();
    await espalier.close();
    await rm(folder, { recursive: true });
  });
  const response = await fetch(`${service.url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return { text: await response.text(), log };
}

test("a worker's metrics stand behind the service's own", async () => {
  const { text } = await metricsWith(async () => 'temporal_request 7\n');
  expect(text).toMatch(/^espalier_event_streams 0$/m);
  expect(text.endsWith('\ntemporal_request 7\n')).toBe(true);
});

test("a worker that tells nothing takes nothing from the service's own metrics", async () => {
  const { text, log } = await metricsWith(() => Promise.reject(new Error('no exporter')));
  expect(text).toMatch(/^espalier_event_streams 0$/m);
  expect(log).toMatchObject([{ level: 'warn', fields: { error: { message: 'no exporter' } } }]);
});

test.each(['taken', 'localhost:9464'])('a worker says where it cannot tell its metrics: %s', async where => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const taken = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const metricsAddress = where === 'taken' ? taken : where;
  const refusal = { code: 'metrics_unavailable', message: expect.stringContaining(metricsAddress) as string };
  expect(() => installRuntime(new DefaultLogger('ERROR'), { metricsAddress })).toThrow(
    expect.objectContaining(refusal),
  );
});
