import { expect, onTestFinished, test } from 'vitest';
import type { Health } from '../../src/api/health.js';
import { twoFreePorts } from '../../src/server/free-ports.js';
import { sdkMetrics } from '../../src/service/metrics/sdk-metrics.js';
import { workChain } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { openLiveService, useService } from './service-harness.js';
import { startWorkerChild } from './worker-child.js';

const live = Live.use({ steps });
const service = useService(live);

async function readiness(at = service()): Promise<{ readonly status: number; readonly health: Health }> {
  const response = await at.fetch('/readyz');
  return { status: response.status, health: (await response.json()) as Health };
}

test('a service is ready when Temporal, the database and workers are there', async () => {
  const response = await service().fetch('/readyz');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('application/health+json');
  const check = { status: 'pass', observedUnit: 'ms', observedValue: expect.any(Number), time: expect.any(String) };
  expect(await response.json()).toEqual({
    status: 'pass',
    checks: {
      'temporal:responseTime': [check],
      'database:responseTime': [check],
      'workers:responseTime': [check],
    },
  });
});

test('that nobody works is a warning with a sentence, and no reason to take no runs', async () => {
  const idle = await openLiveService(live, { taskQueue: 'nobody-works-here' });
  onTestFinished(() => idle.stop());
  const { status, health } = await readiness(idle);
  expect([status, health.status]).toEqual([200, 'warn']);
  expect(health.checks?.['workers:responseTime']?.[0]).toMatchObject({
    status: 'warn',
    output: expect.stringContaining('espalier worker') as string,
  });
  expect(health.checks?.['temporal:responseTime']?.[0]?.status).toBe('pass');
});

test('a service counts what it does, by routes and not by what stands in them', async () => {
  const counting = await openLiveService(live);
  onTestFinished(() => counting.stop());
  const { id, document } = workChain(1, { ms: 0 });
  expect((await counting.send('PUT', `/api/v1/graphs/${id}`, document)).ok).toBe(true);
  for (let n = 0; n < 2; n += 1) await counting.send('POST', '/api/v1/runs', { graph: id, input: { n } });
  await counting.send('POST', '/api/v1/runs', { graph: 'not-registered' });
  await counting.fetch('/nowhere/at/all');
  const text = await (await counting.fetch('/metrics')).text();
  expect(text).toContain('espalier_runs_started_total{graph="workChain"} 2');
  expect(text).not.toContain('not-registered');
  expect(text).toMatch(
    /espalier_http_request_duration_seconds_count\{method="PUT",route="\/api\/v1\/graphs\/:id",status="201"\} 1/,
  );
  expect(text).toMatch(/_count\{method="POST",route="\/api\/v1\/runs",status="202"\} 2/);
  expect(text).toMatch(/_count\{method="GET",route="none",status="404"\} 1/);
  expect(text).not.toContain('nowhere');
  expect(text).toContain('process_resident_memory_bytes');
  // Nothing of it was counted by the other service of this process.
  const others = await (await service().fetch('/metrics')).text();
  expect(others).not.toContain('espalier_runs_started_total{');
});

test("a worker's metrics are read from where its process tells them", async () => {
  const [port] = await twoFreePorts();
  const worker = await startWorkerChild(live, { metricsAddress: `127.0.0.1:${port}` });
  onTestFinished(async () => void (await worker.kill('SIGKILL')));
  await expect.poll(sdkMetrics(`127.0.0.1:${port}`)).toMatch(/^temporal_num_pollers\{/m);
});
