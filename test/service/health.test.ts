import { describe, expect, onTestFinished, test } from 'vitest';
import type { Health } from '../../src/api/health.js';
import type { Espalier } from '../../src/client/espalier.js';
import { Readiness } from '../../src/service/health/readiness.js';
import type { Database } from '../../src/store/database/open-database.js';
import { NOBODY, openService } from './service-harness.js';

/** Readiness over a Temporal and a database that are only told of; `asked` says how often. */
function readinessOf(ping: () => Promise<void> = async () => {}) {
  const asked = { temporal: 0 };
  const espalier = {
    ping: () => {
      asked.temporal += 1;
      return ping();
    },
    pollers: async () => ({ workflows: 1, steps: 1 }),
  };
  const database = { ping: async () => {} };
  return { readiness: new Readiness(espalier as Espalier, database as unknown as Database), asked };
}

describe('without Temporal', () => {
  test('a service is alive, and not ready: it says what is missing, and when to ask again', async () => {
    const service = await openService({ address: NOBODY });
    onTestFinished(() => service.stop());
    const alive = await service.fetch('/healthz');
    expect([alive.status, await alive.json()]).toEqual([200, { status: 'pass' }]);
    expect(alive.headers.get('content-type')).toContain('application/health+json');

    const began = performance.now();
    const response = await service.fetch('/readyz');
    expect(performance.now() - began).toBeLessThan(2500);
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toContain('application/health+json');
    expect(response.headers.get('retry-after')).toBe('2');
    const { status, checks = {} } = (await response.json()) as Health;
    expect(status).toBe('fail');
    expect(checks['temporal:responseTime']?.[0]).toMatchObject({
      status: 'fail',
      output: expect.stringMatching(/127\.0\.0\.1:1.*start one with/) as string,
    });
    expect(checks['database:responseTime']?.[0]?.status).toBe('pass');
    // What is not known is no failure of its own.
    expect(checks['workers:responseTime']?.[0]?.status).toBe('warn');
  });

  test('a service counts by their codes the answers that are no fault of the client', async () => {
    const service = await openService({ address: NOBODY });
    onTestFinished(() => service.stop());
    expect((await service.fetch('/api/v1/runs')).status).toBe(503);
    const text = await (await service.fetch('/metrics')).text();
    expect(text).toMatch(/^espalier_http_faults_total\{code="not_reachable"\} 1$/m);
  });

  test('a database that is gone is told as well', async () => {
    const service = await openService({ address: NOBODY });
    onTestFinished(() => service.stop());
    await service.database.close();
    const { checks = {} } = (await (await service.fetch('/readyz')).json()) as Health;
    expect(checks['database:responseTime']?.[0]).toMatchObject({ status: 'fail' });
  });
});

describe('probes', () => {
  test('that come together are answered by one question', async () => {
    const { readiness, asked } = readinessOf();
    const answers = await Promise.all(Array.from({ length: 20 }, () => readiness.now()));
    expect(asked.temporal).toBe(1);
    expect(new Set(answers).size).toBe(1);
  });

  test('that come later ask anew', async () => {
    const { readiness, asked } = readinessOf();
    await readiness.now();
    await expect.poll(() => readiness.now().then(() => asked.temporal), { timeout: 3000 }).toBe(2);
  });

  test('wait for no check longer than two seconds', async () => {
    const { readiness } = readinessOf(() => new Promise(() => {}));
    const began = performance.now();
    const { status, checks = {} } = await readiness.now();
    expect(performance.now() - began).toBeLessThan(2500);
    expect([status, checks['database:responseTime']?.[0]?.status]).toEqual(['fail', 'pass']);
    expect(checks['temporal:responseTime']?.[0]?.output).toContain('no answer within 2 s');
  });
});
