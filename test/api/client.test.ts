/** The client of the service against servers that misbehave; against a real one it is tested with the command line. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectHttp } from '../../src/api/client/connect-http.js';
import type { Frame } from '../../src/run/run.js';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers one request after the other as it is told, the last way for ever. */
async function serverWith(...answers: readonly Answer[]) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    (answers[requests.length - 1] ?? answers.at(-1))?.(response, request);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { requests, client: connectHttp(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) };
}

const json =
  (status: number, body: unknown): Answer =>
  response =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const frame = (sub: number, kind = 'completed') => ({ id: `0.3.${sub}`, at: 'a', kind, time: 1 });
const eventText = (data: object): string =>
  `${'id' in data ? `id: ${String(data.id)}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
const stream =
  (text: string, end: (response: ServerResponse) => void): Answer =>
  response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text, () => end(response));
  };
const ends = (response: ServerResponse): void => void response.end();
const breaks = (response: ServerResponse): void => void response.destroy();

async function all(frames: AsyncIterable<Frame>): Promise<readonly Frame[]> {
  const seen: Frame[] = [];
  for await (const each of frames) seen.push(each);
  return seen;
}

describe('watching', () => {
  test('goes on behind the last frame, however the connection ended', async () => {
    const live = { live: true, at: 'a', kind: 'progress', time: 1 };
    const { client, requests } = await serverWith(
      stream(eventText(frame(1)) + eventText(live) + eventText(frame(2)).slice(0, 30), breaks),
      stream(`:\n\n${eventText(frame(2))}`, ends),
      json(503, { type: 'urn:espalier:not_reachable', title: '', status: 503, detail: 'away', errors: [] }),
      stream(eventText(frame(3, 'ended')), ends),
    );
    expect((await all(client.run('r').watch())).map(({ id }) => id)).toEqual(['0.3.1', undefined, '0.3.2', '0.3.3']);
    expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '0.3.1', '0.3.2', '0.3.2']);
  });

  test('reads what comes in pieces of any size', async () => {
    const text = eventText({ ...frame(1, 'ended'), outputs: { a: { size: 9, inline: 'ÄÖ😀' } } });
    const { client } = await serverWith(response => {
      response.writeHead(200);
      const bytes = [...Buffer.from(text)];
      const next = (): void => {
        const piece = bytes.splice(0, 1);
        if (piece.length > 0) response.write(Buffer.from(piece), () => setImmediate(next));
      };
      next();
    });
    expect(await all(client.run('r').watch())).toMatchObject([{ outputs: { a: { inline: 'ÄÖ😀' } } }]);
  });

  test('ends where there is nothing left to see', async () => {
    const { client, requests } = await serverWith(response => response.writeHead(204).end());
    expect(await all(client.run('r').watch({ from: '0.3.3' }))).toEqual([]);
    expect(requests[0]?.headers['last-event-id']).toBe('0.3.3');
  });

  test('ends when its signal says so, and lets the connection go', async () => {
    const stop = new AbortController();
    let closed: Promise<unknown> | undefined;
    const { client } = await serverWith((response, request) => {
      closed = new Promise(resolve => request.once('close', resolve));
      response.writeHead(200).write(eventText(frame(1)));
    });
    const seen: Frame[] = [];
    for await (const each of client.run('r').watch({ signal: stop.signal })) {
      seen.push(each);
      stop.abort();
    }
    expect(seen).toHaveLength(1);
    await closed;
  });

  test('fails at once for what will not pass', async () => {
    const missing = { type: 'urn:espalier:not_found', title: '', status: 404, detail: 'no run "r"', errors: [] };
    const { client } = await serverWith(json(404, missing));
    await expect(all(client.run('r').watch())).rejects.toMatchObject({ code: 'not_found', message: 'no run "r"' });
    const { client: other } = await serverWith(stream('data: {"kind":"nonsense"}\n\n', ends));
    await expect(all(other.run('r').watch())).rejects.toMatchObject({ code: 'invalid_answer' });
  });
});

describe('a result', () => {
  const view = {
    ...{ id: 'r', graph: 'g', status: 'failed', link: 0, startedAt: 1, endedAt: 9 },
    nodes: [
      {
        at: 'b',
        step: 'b',
        state: 'failed',
        generation: 1,
        attempts: 1,
        endedAt: 5,
        error: { code: 'late', message: 'm' },
      },
      {
        at: 'a',
        step: 'a',
        state: 'failed',
        generation: 1,
        attempts: 1,
        endedAt: 3,
        error: { code: 'soon', message: 'm' },
      },
    ],
    outputs: { kept: { size: 1, inline: 7 }, lost: { size: 9000, digest: 'a'.repeat(64) } },
    error: { code: 'soon', message: 'm', address: 'a' },
  };

  test('is waited for over any number of answers, and of a failed run it is the failure and what is left', async () => {
    const running = { id: 'r', status: 'running', outputs: {}, refs: {} };
    const { client, requests } = await serverWith(
      json(202, running),
      breaks,
      json(200, { ...running, status: 'failed' }),
      json(200, view),
      json(404, { type: 'urn:espalier:not_found', title: '', status: 404, detail: 'none', errors: [] }),
    );
    await expect(client.run('r').result()).rejects.toMatchObject({
      ...{ name: 'RunFailedError', code: 'soon', address: 'a', partial: { kept: 7 } },
      failures: [{ code: 'soon' }, { code: 'late' }],
    });
    expect(requests.map(({ url }) => url?.replace(/^\/api\/v1\/runs\/r/, ''))).toEqual([
      ...['/result?wait=30000ms', '/result?wait=30000ms', '/result?wait=30000ms', ''],
      `/values/${'a'.repeat(64)}`,
    ]);
  });

  test('is refused when its bytes are not those of its digest', async () => {
    const { client } = await serverWith(
      json(200, { id: 'r', status: 'completed', outputs: {}, refs: {} }),
      json(200, { ...view, status: 'completed', nodes: [], error: undefined }),
      json(200, 'forged'),
    );
    await expect(client.run('r').result()).rejects.toMatchObject({ code: 'hydration_failed' });
  });
});

describe('a problem', () => {
  test('becomes an error with its code, and all that is wrong', async () => {
    const errors = [
      { path: '/input/beans', code: 'missing_input', message: 'is missing' },
      { path: '/input/water', code: 'invalid_value', message: 'expected number' },
    ];
    const problem = { type: 'urn:espalier:invalid_input', title: 't', status: 422, detail: 'inputs are wrong', errors };
    const { client } = await serverWith(json(422, problem));
    await expect(client.start({ graph: 'g' })).rejects.toMatchObject({
      code: 'invalid_input',
      message:
        'inputs are wrong\n  missing_input  /input/beans  is missing\n  invalid_value  /input/water  expected number',
    });
  });

  test.each([
    ['a page of another program', json(404, '<html>'), 'invalid_answer'],
    ['an answer of another shape', json(200, { runs: 1 }), 'invalid_answer'],
    ['a proxy whose service is away', json(502, 'bad gateway'), 'not_reachable'],
    ['a connection that breaks', breaks, 'not_reachable'],
  ] as const)('%s', async (_, answer, code) => {
    const { client } = await serverWith(answer);
    await expect(client.list()).rejects.toMatchObject({ code });
  });

  test.each(['http://me:secret@host', 'ftp://host', 'http://', 'http://host/?a=1'])('the URL %s', url => {
    expect(() => connectHttp(url)).toThrow(/expected http:\/\/host:port$/);
  });
});

test('a start carries its key, a graph who puts it', async () => {
  const hash = '0'.repeat(64);
  const version = { id: 'g', hash, version: 1, plan: hash, createdAt: 1, createdBy: 'me' };
  const { client, requests } = await serverWith(json(202, { id: 'r', graph: 'g', hash }), json(201, version));
  expect((await client.start({ graph: 'g', idempotencyKey: 'k' })).id).toBe('r');
  expect(await client.graphs.put({ id: 'g' }, 'me')).toEqual(version);
  expect(
    requests.map(({ method, url, headers }) => [method, url, headers['idempotency-key'], headers['espalier-user']]),
  ).toEqual([
    ['POST', '/api/v1/runs', 'k', undefined],
    ['PUT', '/api/v1/graphs/g', undefined, 'me'],
  ]);
});

test('an intervention waits as long as it is told to, and may have no answer yet', async () => {
  const { client, requests } = await serverWith(
    json(202, { id: 'made' }),
    json(200, { id: 'made', outcome: 'too-late', seq: 3 }),
    response => response.writeHead(204).end(),
    json(200, { id: 'made', outcome: 'perhaps', seq: 1 }),
  );
  const run = client.run('a/b');
  const given = { at: 'grind.powder', kind: 'override', value: 25 };
  expect(await run.intervene(given)).toEqual({ id: 'made', pending: true });
  expect(await run.intervene(given, { timeout: 500 })).toEqual({ id: 'made', outcome: 'too-late', seq: 3 });
  await run.withdraw('c/d');
  await expect(run.intervene(given)).rejects.toMatchObject({ code: 'invalid_answer' });
  expect(requests.slice(0, 3).map(({ method, url }) => `${method} ${url?.replace('/api/v1/runs/', '')}`)).toEqual([
    'POST a%2Fb/interventions?wait=3000ms',
    'POST a%2Fb/interventions?wait=500ms',
    'DELETE a%2Fb/interventions/c%2Fd',
  ]);
});
