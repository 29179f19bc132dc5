import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RunResult, StartedRun } from '../../src/api/runs.js';
import { RunView } from '../../src/api/views.js';
import { graph } from '../../src/graph/graph.js';
import { chain } from './fixtures/graphs.js';
import { steps, text } from './fixtures/steps.js';
import { Live } from './harness.js';
import { callsTo, ECHO, read, refused } from './service-calls.js';
import { useService } from './service-harness.js';

const live = Live.use({ steps });
const service = useService(live);
const { put, start, started, result } = callsTo(service);

const exists = (id: string): Promise<boolean> =>
  live.client.workflow
    .getHandle(id)
    .describe()
    .then(
      () => true,
      () => false,
    );

describe('a run', () => {
  test('is started, seen and read', async () => {
    const hash = await put(chain(3).document);
    const answer = await start({ graph: 'chain', input: { n: 1 } });
    expect(answer.status).toBe(202);
    const { id, ...rest } = await read(StartedRun, answer);
    expect(rest).toEqual({ graph: 'chain', hash });
    expect(answer.headers.get('location')).toBe(`/api/v1/runs/${id}`);

    const ended = await result(id, '20s');
    expect(ended.status).toBe(200);
    expect(await read(RunResult, ended)).toEqual({ id, status: 'completed', outputs: { n: 4 }, refs: {} });
    const view = await read(RunView, service().fetch(`/api/v1/runs/${id}`));
    expect(view).toMatchObject({ id, graph: 'chain', status: 'completed', nodes: [{ state: 'completed' }, {}, {}] });
  });

  test('runs the version that is asked for', async () => {
    const old = await put(chain(1).document);
    await put(chain(2).document);
    const id = await started({ graph: 'chain', hash: old, input: { n: 1 } });
    expect((await read(RunResult, result(id, '20s'))).outputs).toEqual({ n: 2 });
    const id2 = await started({ graph: 'chain', input: { n: 1 } });
    expect((await read(RunResult, result(id2, '20s'))).outputs).toEqual({ n: 3 });
  });

  test('gets every key of its input but the one that is refused', async () => {
    await put(ECHO);
    const v = { constructor: { prototype: 1 }, toString: 2, hasOwnProperty: 3, '': 4 };
    const id = await started({ graph: 'echo', input: { v } });
    expect((await read(RunResult, result(id, '20s'))).outputs).toEqual({ v });
  });

  test('may have an id of any characters, which its address encodes', async () => {
    await put(ECHO);
    const id = `a/b?c#d%2F 山 ${randomUUID()}`;
    const answer = await start({ graph: 'echo', id, input: { v: 1 } });
    expect((await read(StartedRun, answer)).id).toBe(id);
    const location = answer.headers.get('location') ?? '';
    expect((await read(RunView, service().fetch(location))).id).toBe(id);
    expect((await read(RunResult, service().fetch(`${location}/result?wait=20s`))).status).toBe('completed');
  });

  test('tells of large outputs where they are', async () => {
    const size = 10_000;
    const graphOf = graph({ id: 'large', in: {}, out: { text: z.string() } }, g => ({
      out: { text: g.run(text, { size: 10_000 }).text },
    }));
    await put(graphOf.document);
    const { outputs, refs } = await read(RunResult, result(await started({ graph: 'large' }), '20s'));
    expect(outputs).toEqual({});
    expect(refs).toEqual({ text: { digest: expect.stringMatching(/^[0-9a-f]{64}$/), size: size + 2 } });
  });
});

describe('nothing is started', () => {
  test.each<[string, object, number, string, readonly string[]]>([
    ['of a graph that nobody registered', { graph: 'nobody' }, 404, 'not_found', []],
    ['of a version that is not there', { hash: '0'.repeat(64) }, 404, 'not_found', []],
    ['without an input', { input: {} }, 422, 'missing_input', ['/input/n']],
    [
      'with inputs that are wrong, all of them',
      { input: { n: 'one', m: 2 } },
      422,
      'invalid_input',
      ['/input/n', '/input/m'],
    ],
    [
      'with options that are wrong',
      { concurrency: 1.5, deadline: '200000d' },
      400,
      'invalid_request',
      ['/concurrency', '/deadline'],
    ],
  ])('%s', async (_, body, status, code, paths) => {
    await put(chain(1).document);
    const id = `refused-${randomUUID()}`;
    const problem = await refused(start({ graph: 'chain', id, input: { n: 1 }, ...body }));
    expect(problem).toMatchObject({ status, code });
    expect(problem.errors.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
    expect(await exists(id)).toBe(false);
  });

  test.each([['a number beyond all bounds', '1e400']])(
    'with %s, which JSON has and we cannot keep',
    async (_, json) => {
      await put(ECHO);
      const id = `refused-${randomUUID()}`;
      const body = `{"graph":"echo","id":"${id}","input":{"v":[${json}]}}`;
      const problem = await refused(
        service().fetch('/api/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
      );
      expect(problem).toMatchObject({ status: 422, errors: [{ path: '/input/v' }] });
      expect(await exists(id)).toBe(false);
    },
  );

  test('twice with one id', async () => {
    await put(chain(1).document);
    const id = `mine-${randomUUID()}`;
    expect((await start({ graph: 'chain', id, input: { n: 1 } })).status).toBe(202);
    expect(await refused(start({ graph: 'chain', id, input: { n: 1 } }))).toMatchObject({
      status: 409,
      code: 'already_started',
    });
  });
});

test('a start that only Temporal knows to be wrong is refused', async () => {
  await put(ECHO);
  const id = `reserved-${randomUUID()}`;
  const problem = await refused(start({ graph: 'echo', id, input: { v: 1 }, taskQueue: '/_sys/mine' }));
  expect(problem).toMatchObject({ status: 422, code: 'invalid_option', detail: expect.stringContaining('/_sys/') });
  expect(await exists(id)).toBe(false);
});

describe('an idempotency key', () => {
  test('that is used twenty times at once starts one run', async () => {
    await put(chain(1).document);
    const headers = { 'idempotency-key': randomUUID() };
    const body = { graph: 'chain', input: { n: 1 } };
    const answers = await Promise.all(Array.from({ length: 20 }, () => start(body, headers)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(answer => answer.headers.get('location'))).size).toBe(1);
    expect(new Set(await Promise.all(answers.map(async answer => (await read(StartedRun, answer)).id))).size).toBe(1);
  });

  test('that is used for something else is a conflict that says what differs', async () => {
    await put(chain(1).document);
    const headers = { 'idempotency-key': randomUUID() };
    await start({ graph: 'chain', input: { n: 1 } }, headers);
    for (const [words, change] of [
      ['another input', { input: { n: 2 } }],
      ['other options', { concurrency: 1 }],
      ['another task queue', { taskQueue: 'elsewhere' }],
    ] as const) {
      const problem = await refused(start({ graph: 'chain', input: { n: 1 }, ...change }, headers));
      expect(problem).toMatchObject({
        status: 409,
        code: 'idempotency_conflict',
        detail: expect.stringContaining(words),
      });
    }
  });
});
