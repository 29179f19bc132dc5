import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../src/api/problem.js';
import { openService, NOBODY, type TestService } from './service-harness.js';
import { sendBytes, sendRaw, type RawAnswer, type RawRequest } from './raw.js';

let service: TestService;
beforeAll(async () => {
  service = await openService({ address: NOBODY });
});
afterAll(() => service.stop());

const send = (request: RawRequest): Promise<RawAnswer> => sendRaw(service.port, request);
const post = (body: string, headers: RawRequest['headers'] = [['Content-Type', 'application/json']]) =>
  send({ method: 'POST', path: '/api/v1/runs', headers, body });

/** The problem in an answer, which is of the media type that it should be. */
function problemIn({ status, headers, body }: RawAnswer): Problem {
  expect(headers['content-type']).toMatch(/^application\/problem\+json(;|$)/);
  const problem = Problem.strict().parse(JSON.parse(body));
  expect(problem.status).toBe(status);
  return problem;
}
const pathsIn = (answer: RawAnswer): readonly string[] => problemIn(answer).errors.map(({ path }) => path);

describe('what the server refuses before a route sees it is a problem, too', () => {
  test.each<[string, string, number]>([
    ['no HTTP', 'rubbish\r\n\r\n', 400],
    ['another version of it', 'GET / HTTP/9.9\r\n\r\n', 400],
    ['control characters', '\u0000\u0001\u0002', 400],
    [
      'two lengths',
      'POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
    ],
    [
      'a chunk without a length',
      'POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n',
      400,
    ],
    ['a bad escape', 'GET /api/v1/graphs/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
    ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['too many headers', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['an expectation', 'POST / HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\nConnection: close\r\n\r\n', 417],
    [
      'a length beyond the limit',
      'PUT /api/v1/graphs/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/yaml\r\nContent-Length: 9000000\r\n\r\n',
      413,
    ],
  ])('%s', async (_, bytes, status) => {
    const answer = await sendBytes(service.port, [Buffer.from(bytes, 'latin1')]);
    expect(problemIn(answer).status).toBe(status);
  });
});

describe('paths and methods', () => {
  test.each(['/nothing', '/api/v1/graphs/', '/api/v1/graphs//changes', '/docs/nothing', '*'])(
    '%s is nowhere',
    async path => {
      expect(problemIn(await send({ path }))).toMatchObject({ status: 404, type: 'urn:espalier:not_found' });
    },
  );

  test.each([
    ['DELETE', '/api/v1/graphs', 'GET, HEAD'],
    ['PATCH', '/api/v1/graphs/x', 'GET, HEAD, PUT'],
    ['GET', '/api/v1/runs/x/pause', 'POST'],
  ])('%s %s is not allowed, and the answer says what is', async (method, path, allowed) => {
    const answer = await send({ method, path });
    expect(problemIn(answer).status).toBe(405);
    expect(answer.headers['allow']).toBe(allowed);
  });

  test('OPTIONS says what is allowed', async () => {
    const answer = await send({ method: 'OPTIONS', path: '/api/v1/runs?x=1' });
    expect(answer).toMatchObject({ status: 204, body: '', headers: { allow: 'GET, HEAD, POST' } });
    expect(problemIn(await send({ method: 'OPTIONS', path: '/nothing' })).status).toBe(404);
  });

  test('HEAD is GET without a body', async () => {
    expect(await send({ method: 'HEAD', path: '/api/v1/graphs' })).toMatchObject({ status: 200, body: '' });
    expect(await send({ method: 'HEAD', path: '/api/v1/graphs?limit=0' })).toMatchObject({ status: 400, body: '' });
  });
});

describe('a page of another site', () => {
  const path = '/api/v1/runs/x/cancel';
  test.each([
    ['a modern browser', [['Sec-Fetch-Site', 'cross-site']]],
    ['a modern browser, from a sister site', [['Sec-Fetch-Site', 'same-site']]],
    ['an older browser', [['Origin', 'https://evil.example']]],
    ['a sandboxed page', [['Origin', 'null']]],
  ] as const)('has %s change nothing', async (_, headers) => {
    for (const [method, target] of [
      ['POST', path],
      ['PUT', '/api/v1/graphs/x'],
    ] as const) {
      const problem = problemIn(await send({ method, path: target, headers }));
      expect(problem).toMatchObject({ status: 403, type: 'urn:espalier:cross_site' });
    }
    expect((await send({ path: '/api/v1/graphs', headers })).status).toBe(200);
  });

  test.each(['evil.example', 'evil.example:8080', 'localhost.evil.example', '127.0.0.1.nip.example'])(
    'is one that calls this machine %s, whatever it asks',
    async host => {
      const answer = await sendBytes(service.port, [
        Buffer.from(`GET /api/v1/graphs HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
      ]);
      expect(problemIn(answer)).toMatchObject({ status: 403, type: 'urn:espalier:cross_site' });
    },
  );

  test.each(['localhost', 'LOCALHOST:1', 'espalier.localhost', '127.0.0.1:8080', '[::1]:8080', '10.0.0.7'])(
    'is not one that calls it %s',
    async host => {
      const answer = await sendBytes(service.port, [
        Buffer.from(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
      ]);
      expect(answer.status).toBe(200);
    },
  );

  test.each([
    ['our own page', [['Sec-Fetch-Site', 'same-origin']]],
    [
      'our own page behind a proxy',
      [
        ['Sec-Fetch-Site', 'same-origin'],
        ['Origin', 'https://espalier.example'],
      ],
    ],
    ['our own page in an older browser', [['Origin', 'http://localhost']]],
    ['no page', []],
  ] as const)('is not %s', async (_, headers) => {
    const asked = { method: 'PUT', path: '/api/v1/graphs/x', headers } as const;
    expect(problemIn(await send(asked))).toMatchObject({ status: 400, type: 'urn:espalier:missing_body' });
  });
});

describe('parameters', () => {
  test.each([
    ['/api/v1/graphs/%00', ['id']],
    [`/api/v1/graphs/${'a'.repeat(65)}`, ['id']],
    ['/api/v1/graphs/a.b', ['id']],
    [`/api/v1/runs/${'a'.repeat(201)}`, ['id']],
    ['/api/v1/runs/a%00b/result', ['id']],
    ['/api/v1/runs/%20a', ['id']],
    // No client would send them so.
    ['/api/v1/runs/.', ['id']],
    ['/api/v1/runs/../result', ['id']],
    ['/api/v1/graphs?limit=0', ['limit']],
    ['/api/v1/graphs?limit=1001', ['limit']],
    ['/api/v1/graphs?limit=', ['limit']],
    ['/api/v1/graphs?limit=0x10', ['limit']],
    ['/api/v1/graphs?limit=1e2', ['limit']],
    ['/api/v1/graphs?limit=1&limit=2', ['limit']],
    ['/api/v1/graphs?limit=x&cursor=&sort=id&__proto__=1', ['limit', 'cursor', 'sort', '__proto__']],
    ['/api/v1/graphs?cursor=rubbish', ['cursor']],
    ['/api/v1/runs?graph=a%27b&status=sleeping', ['graph', 'status']],
    ['/api/v1/runs?status=failed&status=failed', ['status']],
    ['/api/v1/graphs/x?hash=ABC', ['hash']],
    ['/api/v1/runs/x/result?wait=soon', ['wait']],
    ['/api/v1/runs/x/result?wait=10', ['wait']],
    ['/api/v1/runs/x/result?wait=-1s', ['wait']],
    ['/api/v1/runs/x/result?wait=61s', ['wait']],
    ['/api/v1/runs/x/result?wait=1s&wait=1s', ['wait']],
  ])('%s names %s', async (path, names) => {
    const answer = await send({ path });
    expect(answer.status).toBe(400);
    expect(pathsIn(answer)).toEqual(names);
  });

  test('an id may be 200 characters of any script, encoded', async () => {
    const id = encodeURIComponent('山'.repeat(200));
    expect(problemIn(await send({ path: `/api/v1/runs/${id}` })).type).toBe('urn:espalier:not_reachable');
  });
});

describe('headers', () => {
  const json = ['Content-Type', 'application/json'] as const;

  test.each<[string, readonly (readonly [string, string])[], string]>([
    ['empty', [['Idempotency-Key', '']], 'Idempotency-Key'],
    ['too long', [['Idempotency-Key', 'k'.repeat(256)]], 'Idempotency-Key'],
    ['not ASCII', [['Idempotency-Key', 'cl\u00e9']], 'Idempotency-Key'],
    [
      'there twice',
      [
        ['Idempotency-Key', 'a'],
        ['idempotency-key', 'a'],
      ],
      'Idempotency-Key',
    ],
  ])('an idempotency key that is %s is refused', async (_, headers, name) => {
    const answer = await post('{"graph":"x"}', [json, ...headers]);
    expect(answer.status).toBe(400);
    expect(pathsIn(answer)).toEqual([name]);
  });

  test.each(['', 'x'.repeat(101), 'Jos\u00e9'])('a user %o is refused', async user => {
    const headers = [json, ['Espalier-User', user]] as const;
    const answer = await send({ method: 'PUT', path: '/api/v1/graphs/x', headers, body: '{"id":"x"}' });
    expect(answer.status).toBe(400);
    expect(pathsIn(answer)).toEqual(['Espalier-User']);
  });

  test.each<[string, readonly (readonly [string, string])[], string]>([
    ['no type', [], 'application/json'],
    ['text', [['Content-Type', 'text/plain']], 'application/json'],
    ['a form', [['Content-Type', 'multipart/form-data; boundary=x']], 'application/json'],
    ['no type at all', [['Content-Type', ';;;']], 'application/json'],
    ['YAML, which only graphs are', [['Content-Type', 'application/yaml']], 'application/json'],
    ['another charset', [['Content-Type', 'application/json; charset=latin1']], 'utf-8'],
    ['compressed', [json, ['Content-Encoding', 'gzip']], 'Content-Encoding'],
  ])('a body of %s is no media type that can be taken', async (_, headers, expected) => {
    const problem = problemIn(await post('{"graph":"x"}', headers));
    expect(problem).toMatchObject({ status: 415, type: 'urn:espalier:unsupported_media_type' });
    expect(problem.detail).toContain(expected);
  });

  test.each(['application/json; charset=UTF-8', 'application/json;charset="utf-8"', 'APPLICATION/JSON'])(
    '%s is JSON',
    async type => {
      expect(problemIn(await post('{"graph":"x"}', [['Content-Type', type]])).type).toBe('urn:espalier:not_found');
    },
  );
});

describe('bodies', () => {
  test('all that is wrong is said at once, with pointers', async () => {
    const body = { graph: 1, id: ' a', input: [], concurrency: 0, deadline: '-1s', taskQueue: '', constructor: 1 };
    const answer = await post(JSON.stringify(body));
    expect(answer.status).toBe(400);
    expect(new Set(pathsIn(answer))).toEqual(new Set(Object.keys(body).map(key => `/${key}`)));
  });

  test.each<[string, string, readonly (readonly [string, string])[]]>([
    ['no JSON', '{"graph":', [['', 'syntax']]],
    ['a key that is there twice', '{"graph":"x","graph":"y"}', [['/graph', 'duplicate_key']]],
    [
      '__proto__ at any depth',
      '{"graph":"x","input":{"a":[{"__proto__":1}]}}',
      [['/input/a/0/__proto__', 'reserved_name']],
    ],
    ['__proto__ in escapes', '{"input":{"\\u005f_proto__":1}}', [['/input/__proto__', 'reserved_name']]],
    ['50,000 levels', '['.repeat(50_000), [['', 'too_deep']]],
  ])('%s is refused, saying where', async (_, body, issues) => {
    const problem = problemIn(await post(body));
    expect(problem).toMatchObject({ status: 400, type: 'urn:espalier:invalid_json' });
    expect(problem.errors.map(({ path, code }) => [path, code])).toEqual(issues);
    expect(problem.errors.every(({ line, column }) => line !== undefined && column !== undefined)).toBe(true);
  });

  test('bytes that are not UTF-8 are refused', async () => {
    const body = Buffer.from([...Buffer.from('{"graph":"'), 0xff, ...Buffer.from('"}')]);
    const headers = [['Content-Type', 'application/json']] as const;
    const answer = await send({ method: 'POST', path: '/api/v1/runs', headers, body });
    expect(problemIn(answer).type).toBe('urn:espalier:invalid_encoding');
  });

  test('a body that grows over the limit is refused, though nobody said how long it is', async () => {
    const head =
      'PUT /api/v1/graphs/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const size = 8 * 1024 * 1024 + 1;
    const answer = await sendBytes(service.port, [
      Buffer.from(`${head}${size.toString(16)}\r\n`),
      Buffer.alloc(size, ' '),
    ]);
    expect(problemIn(answer)).toMatchObject({ status: 413, detail: 'expected a body of at most 8 MiB' });
  });

  test('a body of very many mistakes gets a short answer', async () => {
    const body = Object.fromEntries(Array.from({ length: 20_000 }, (_, k) => [`key-${k}`, k]));
    const answer = await post(JSON.stringify(body));
    expect(problemIn(answer).errors).toHaveLength(1000);
    expect(answer.body.length).toBeLessThan(200_000);
  });
});

test('who only knows where the service is comes to the page of its routes, and a wrong path says where that is', async () => {
  expect(await send({ path: '/' })).toMatchObject({ status: 302, headers: { location: '/docs' } });
  expect(problemIn(await send({ path: '/nope' })).detail).toContain('/docs');
});
