import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import type { z } from 'zod';
import { RunPage, RunResult } from '../../src/api/runs.js';
import { RunView } from '../../src/api/views.js';
import type { Espalier } from '../../src/client/espalier.js';
import { naps, one } from './fixtures/graphs.js';
import { refuses, steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { callsTo, ECHO, read, refused } from './service-calls.js';
import { openLiveService, useService } from './service-harness.js';

const live = Live.use({ steps });
const service = useService(live);
const { put, started, result, ask } = callsTo(service);

/** Of those who wait for the end of a run, whether their signals are aborted. */
function waitsFor(espalier: Espalier, id: string) {
  const run = espalier.run(id);
  const signals: (AbortSignal | undefined)[] = [];
  const ended = vi.fn<typeof run.ended>(options => {
    signals.push(options?.signal);
    return run.ended(options);
  });
  const spy = vi.spyOn(espalier, 'run').mockReturnValue({ ...run, ended });
  return { aborted: () => signals.map(signal => signal?.aborted), stop: () => spy.mockRestore() };
}

describe('a result', () => {
  test('of a run that failed or was cancelled is there, too', async () => {
    await put(one(refuses).document);
    const failed = await result(await started({ graph: 'one', input: { n: 1 } }), '20s');
    expect(failed.status).toBe(200);
    expect(await read(RunResult, failed)).toMatchObject({
      status: 'failed',
      outputs: {},
      error: { code: 'too_small', address: 'node' },
    });

    await put(naps(600_000).document);
    const id = await started({ graph: 'naps', input: { n: 1 } });
    expect((await ask(id, 'cancel')).status).toBe(204);
    const cancelled = await result(id, '20s');
    expect(cancelled.status).toBe(200);
    expect(await read(RunResult, cancelled)).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
  });

  test('is waited for no longer than asked, and comes when the run ends', async () => {
    await put(naps(600_000).document);
    const id = await started({ graph: 'naps', input: { n: 1 } });
    for (const wait of [undefined, '0s', '200ms']) {
      const answer = await result(id, wait);
      expect(answer.status).toBe(202);
      expect(await read(RunResult, answer)).toMatchObject({ id, outputs: {}, refs: {} });
    }
    const waiting = result(id, '60s');
    expect((await ask(id, 'cancel')).status).toBe(204);
    expect((await waiting).status).toBe(200);
  });

  test('is not waited for when nobody waits any more', async () => {
    await put(naps(600_000).document);
    const id = await started({ graph: 'naps', input: { n: 1 } });
    const { espalier, url } = service();
    const waits = waitsFor(espalier, id);
    const client = new AbortController();
    const asked = fetch(`${url}/api/v1/runs/${id}/result?wait=60s`, { signal: client.signal }).catch(() => 'gone');
    await expect.poll(waits.aborted).toEqual([false]);
    client.abort();
    expect(await asked).toBe('gone');
    await expect.poll(waits.aborted).toEqual([true]);
    waits.stop();
    await ask(id, 'cancel');
  });

  test('is answered when the service closes', async () => {
    await put(naps(600_000).document);
    const id = await started({ graph: 'naps', input: { n: 1 } });
    const other = await openLiveService(live);
    const waits = waitsFor(other.espalier, id);
    const waiting = other.fetch(`/api/v1/runs/${id}/result?wait=60s`);
    await expect.poll(waits.aborted).toEqual([false]);
    const began = performance.now();
    await other.stop();
    expect(performance.now() - began).toBeLessThan(5000);
    expect((await waiting).status).toBe(202);
    waits.stop();
    await ask(id, 'cancel');
  });
});

describe('a run can be asked', () => {
  test('to pause, to go on, to end', async () => {
    await put(naps(600_000).document);
    const id = await started({ graph: 'naps', input: { n: 1 } });
    const status = async () => (await read(RunView, service().fetch(`/api/v1/runs/${id}`))).status;
    expect((await ask(id, 'pause')).status).toBe(204);
    await expect.poll(status).toBe('paused');
    expect((await ask(id, 'resume')).status).toBe(204);
    await expect.poll(status).toBe('running');
    const cancelling = await service().send('POST', `/api/v1/runs/${id}/cancel`, { reason: 'no longer needed' });
    expect([cancelling.status, await cancelling.text()]).toEqual([204, '']);
    await expect.poll(status).toBe('cancelled');
    expect((await ask(id, 'cancel')).status).toBe(204);
    expect(await refused(ask(id, 'pause'))).toMatchObject({ status: 409, code: 'run_finished' });
  });

  test.each(['pause', 'resume', 'cancel'])('to %s only if it is there and ours', async what => {
    expect(await refused(ask('nobody', what))).toMatchObject({ status: 404, code: 'not_found' });
    const workflowId = `foreign-${randomUUID()}`;
    const foreign = await live.client.workflow.start('foreign', { workflowId, taskQueue: 'nobody', args: ['x'] });
    expect(await refused(ask(workflowId, what))).toMatchObject({ status: 404, code: 'not_found' });
    const { events = [] } = await foreign.fetchHistory();
    await foreign.terminate();
    expect((events ?? []).some(event => event.workflowExecutionSignaledEventAttributes)).toBe(false);
  });
});

describe('lists of runs', () => {
  test('are filtered, and go on with their cursors', async () => {
    const id = `listed${randomUUID().slice(0, 8)}`;
    await put({ ...ECHO, id });
    const ids = await Promise.all([1, 2, 3, 4, 5].map(v => started({ graph: id, input: { v } })));
    await Promise.all(ids.map(run => result(run, '20s')));
    const page = (query: string) => read(RunPage, service().fetch(`/api/v1/runs?graph=${id}&${query}`));
    await expect.poll(async () => (await page('status=completed')).runs.length).toBe(5);

    const seen: string[] = [];
    for (let query: string | undefined = 'limit=2'; query !== undefined;) {
      const { runs, cursor }: z.infer<typeof RunPage> = await page(query);
      expect(runs.length).toBeLessThanOrEqual(2);
      seen.push(...runs.map(run => run.id));
      query = cursor === undefined ? undefined : `limit=2&cursor=${encodeURIComponent(cursor)}`;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect((await page('status=failed')).runs).toEqual([]);

    const { cursor = '' } = await page('limit=2');
    const [mark = '', token = ''] = cursor.split('.');
    const wrong = [
      'rubbish',
      mark,
      `${mark}.`,
      `${mark}.AAAA`,
      cursor.slice(0, -3),
      token,
      `${mark}.${token.slice(4)}`,
      `x${cursor}`,
    ];
    for (const cut of wrong) {
      const problem = await refused(
        service().fetch(`/api/v1/runs?graph=${id}&limit=2&cursor=${encodeURIComponent(cut)}`),
      );
      expect(problem, cut).toMatchObject({ status: 400, errors: [{ path: 'cursor' }] });
    }
    for (const other of [
      `/api/v1/runs?cursor=${cursor}`,
      `/api/v1/runs?graph=${id}&status=completed&cursor=${cursor}`,
      `/api/v1/graphs?cursor=${cursor}`,
    ]) {
      expect(await refused(service().fetch(other)), other).toMatchObject({ status: 400, errors: [{ path: 'cursor' }] });
    }
  });
});
