import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { tells, steps } from './fixtures/steps.js';
import { one, texts, workChain } from './fixtures/graphs.js';
import { Live } from './harness.js';
import { openLiveService, useService } from './service-harness.js';
import { eventsOf, framesOf, watchToEnd } from './service-watch.js';

const live = Live.use({ steps });
const service = useService(live);
const eventsPath = (runId: string): string => `/api/v1/runs/${runId}/events`;

async function metric(name: string, at = service()): Promise<number> {
  const text = await (await at.fetch('/metrics')).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

describe('the events of a run', () => {
  test('are its frames, in order, and end with the run', async () => {
    const run = await service().espalier.start(workChain(4, { ms: 20 }), { input: { n: 0 } });
    const response = await service().fetch(eventsPath(run.id));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const events = [];
    for await (const event of eventsOf(response)) if (event.id !== undefined) events.push(event);
    const frames = await framesOf(run);
    expect(events.map(({ data }) => JSON.parse(data) as unknown)).toEqual(frames);
    expect(events.map(({ id }) => id)).toEqual(frames.map(({ id }) => id));
    expect(events.map(({ event }) => event)).toEqual(frames.map(({ kind }) => kind));
  });

  test('go on after any of them, by header or by query, without a gap or a repeat', async () => {
    const run = await service().espalier.start(workChain(2, { ms: 0 }), { input: { n: 0 } });
    await run.result();
    const frames = await framesOf(run);
    expect(frames.length).toBeGreaterThan(5);
    for (const [index, { id = '' }] of frames.slice(0, -1).entries()) {
      const byHeader = await service().fetch(eventsPath(run.id), { headers: { 'last-event-id': id } });
      const byQuery = await service().fetch(`${eventsPath(run.id)}?from=${id}`);
      for (const response of [byHeader, byQuery]) {
        const ids = [];
        for await (const event of eventsOf(response)) ids.push(event.id);
        expect(ids).toEqual(frames.slice(index + 1).map(frame => frame.id));
      }
    }
  });

  test('are no more than 204 for who has the last one: a browser stops asking', async () => {
    const run = await service().espalier.start(workChain(1, { ms: 0 }), { input: { n: 0 } });
    const id = (await watchToEnd(service().url, run.id)).at(-1)?.id ?? '';
    const response = await service().fetch(eventsPath(run.id), { headers: { 'last-event-id': id } });
    expect(response.status).toBe(204);
  });

  test('hold what only those who watch now can see, without an id', async () => {
    const run = await service().espalier.start(one(tells, { options: { ms: 2500 } }), { input: { n: 0 } });
    const seen = [];
    for await (const event of eventsOf(await service().fetch(eventsPath(run.id)))) seen.push(event);
    const progress = seen.find(({ event }) => event === 'progress');
    expect(progress?.id).toBeUndefined();
    expect(JSON.parse(progress?.data ?? '{}')).toMatchObject({
      live: true,
      at: 'node',
      progress: { done: 1, total: 4 },
    });
  });

  test.each([
    ['an id that is none', '0.1', '', 400, 'urn:espalier:invalid_request'],
    ['an empty id', '', '', 400, 'urn:espalier:invalid_request'],
    ['a query that is no id', undefined, '?from=latest', 400, 'urn:espalier:invalid_request'],
    ['two ids that differ', '0.1.0', '?from=0.1.1', 400, 'urn:espalier:invalid_request'],
    ['a query it does not know', undefined, '?since=1', 400, 'urn:espalier:invalid_request'],
    ['a run that is not there', undefined, '', 404, 'urn:espalier:not_found'],
  ])('are refused before anything is sent for %s', async (_, lastEventId, query, status, type) => {
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const response = await service().fetch(`${eventsPath('nobody')}${query}`, { headers });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ type, status });
  });

  test('are nothing to wait for when only the headers are asked for', async () => {
    const run = await service().espalier.start(workChain(1, { ms: 60_000 }), { input: { n: 0 } });
    const response = await service().fetch(eventsPath(run.id), { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    await expect.poll(() => metric('espalier_event_streams')).toBe(0);
    await run.cancel();
  });

  test('that nobody reads any more are no longer watched', async () => {
    const run = await service().espalier.start(workChain(1, { ms: 60_000 }), { input: { n: 0 } });
    const gone = new AbortController();
    const responses = await Promise.all(
      Array.from({ length: 5 }, () => service().fetch(eventsPath(run.id), { signal: gone.signal })),
    );
    expect(await metric('espalier_event_streams')).toBe(5);
    for (const response of responses) expect((await eventsOf(response).next()).value?.event).toBe('run');
    gone.abort();
    await expect.poll(() => metric('espalier_event_streams')).toBe(0);
    await run.cancel();
  });

  test('that one client does not read cost the others nothing', async () => {
    const slow = connect(service().port, '127.0.0.1');
    const run = await service().espalier.start(texts(30, 3000));
    slow.write(`GET ${eventsPath(run.id)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(slow, 'data');
    slow.pause();
    expect(await watchToEnd(service().url, run.id)).toEqual(await framesOf(run));
    slow.destroy();
  });
});

describe('a service that closes', () => {
  test('ends its streams whole and at once, whoever reads them or not, and cuts idle connections', async () => {
    const closing = await openLiveService(live);
    const run = await closing.espalier.start(workChain(1, { ms: 60_000 }), { input: { n: 0 } });
    const reads = [];
    const slow = connect(closing.port, '127.0.0.1');
    slow.write(`GET ${eventsPath(run.id)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(slow, 'data');
    slow.pause();
    const response = await closing.fetch(eventsPath(run.id));
    const reading = (async () => {
      for await (const event of eventsOf(response)) reads.push(event);
    })();
    await expect.poll(() => reads.length).toBeGreaterThan(0);
    const began = performance.now();
    await closing.stop();
    expect(performance.now() - began).toBeLessThan(3000);
    // A connection that is cut makes the reading throw.
    await reading;
    slow.destroy();
    await service().espalier.run(run.id).cancel();
  });
});
