/** Runners over HTTP: a service and a worker that share blobs, keys and a database. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectHttp } from '../../src/api/client/connect-http.js';
import type { HttpRunner } from '../../src/api/client/runner.js';
import {
  AcceptedInput,
  Productions,
  ResumedWorkflow,
  SavedCursor,
  Snapshots,
  StartedWorkflow,
  StoppedWorkflow,
  WorkflowList,
  WorkflowResults,
  WorkflowView,
} from '../../src/api/workflows.js';
import { checkFold } from './fold-check.js';
import { chain, joined, secrets, steps, triple } from './fixtures/runner-graphs.js';
import { Live } from './harness.js';
import { callsTo, read, refused } from './service-calls.js';
import { openLiveService, type TestService } from './service-harness.js';
import { thrownBy } from './use-espalier.js';

const live = Live.use({ steps });
let service: TestService;
const { put, start, result } = callsTo(() => service);
const open = (): Promise<TestService> => openLiveService(live, { database: join(live.dataDir, 'espalier.db') });
beforeAll(async () => {
  service = await open();
  for (const { document } of [chain, joined, secrets, triple]) await put(document);
});
afterAll(() => service.stop());

const WORKFLOWS = '/api/v1/runners/shop/workflows';
const fresh = (): string => `o-${randomUUID().slice(0, 8)}`;
const get = (id: string, what = ''): Promise<Response> => service.fetch(`${WORKFLOWS}/${id}${what}`);
const post = (id: string, what: string, body?: object): Promise<Response> =>
  service.send('POST', `${WORKFLOWS}/${id}${what}`, body);
const begin = (body: object): Promise<Response> => service.send('POST', WORKFLOWS, body);

/** Resolves when that many inputs have ended. */
const idle = (id: string, inputs: number): Promise<void> =>
  expect.poll(async () => (await read(WorkflowView, get(id))).ended).toBe(inputs);

describe('a workflow', () => {
  test('RN-03 RN-04 RN-06 RN-07 RN-08 RN-09 RN-10 RN-12 RN-13: is started, fed, looked at, saved, stopped and resumed', async () => {
    const id = fresh();
    const body = {
      id,
      graph: 'joined',
      many: ['sum'],
      checkpoint: 'manual',
      policies: [{ match: 't*', policy: 'llm' }],
    };
    const answer = await begin(body);
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `${WORKFLOWS}/${id}`]);
    expect(await read(StartedWorkflow, answer)).toEqual({ runner: 'shop', id, run: `shop/${id}`, graph: 'joined' });
    expect(await refused(begin(body))).toMatchObject({ status: 409, code: 'already_started' });

    const input = await post(id, '/inputs', { input: { n: 1 }, id: 'first' });
    expect([input.status, await read(AcceptedInput, input)]).toEqual([200, { id: 'first', seq: 0 }]);
    expect(await read(AcceptedInput, post(id, '/inputs', { input: { n: 10 } }))).toMatchObject({ seq: 1 });
    expect(await read(AcceptedInput, post(id, '/inputs', { input: { n: 1 }, id: 'first' }))).toMatchObject({ seq: 0 });
    await idle(id, 2);
    const view = await read(WorkflowView, get(id));
    expect(view).toMatchObject({ runner: 'shop', id, graph: 'joined', status: 'running', accepted: 2, failed: 0 });
    const llm = expect.objectContaining({ timeout: 30_000 }) as object;
    expect(view.policies).toEqual({ two: llm, three: llm, join: expect.not.objectContaining({ timeout: 30_000 }) });
    await expect.poll(async () => (await read(WorkflowList, service.fetch(WORKFLOWS))).workflows).toContain(id);

    const results = async (query = '') => (await read(WorkflowResults, get(id, `/results${query}`))).results;
    expect(await results()).toEqual({ sum: [5, 50] });
    expect(await results('?components=two,nobody')).toEqual({ two: 20, nobody: null });
    expect(await results('?components=two&components=nobody')).toEqual({ two: 20, nobody: null });
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(await results('?components=three&facts=true&all=true')).toEqual({
      three: [
        { seq: 0, value: 3, hash },
        { seq: 1, value: 30, hash },
      ],
    });
    expect(await read(Productions, get(id, '/productions'))).toEqual({ productions: [3, 2, 5, 30, 20, 50] });

    expect(await read(Snapshots, get(id, '/snapshots'))).toEqual({ snapshots: [] });
    const { cursor } = await read(SavedCursor, post(id, '/checkpoint'));
    expect(await read(Snapshots, get(id, '/snapshots'))).toMatchObject({ snapshots: [{ cursor, reason: 'manual' }] });
    expect(await refused(post(id, '/resume'))).toMatchObject({ status: 409, code: 'already_started' });

    expect(await read(StoppedWorkflow, post(id, '/stop', { persist: false }))).toEqual({
      ...{ persisted: false, cursor, unfinished: 0, unsaved: 0 },
    });
    for (const [what, sent] of [['/inputs', { input: { n: 1 } }], ['/checkpoint'], ['/stop']] as const) {
      const detail = `workflow "${id}" of runner shop has been stopped`;
      expect(await refused(post(id, what, sent))).toMatchObject({ status: 409, code: 'run_finished', detail });
    }
    expect(await read(ResumedWorkflow, post(id, '/resume'))).toEqual({
      ...{ runner: 'shop', id, run: `shop/${id}`, rehydration: 'lazy', loaded: 0, refs: 6 },
    });
    await post(id, '/inputs', { input: { n: 2 } });
    await idle(id, 3);
    expect(await results()).toEqual({ sum: [5, 50, 10] });
    expect(await read(StoppedWorkflow, post(id, '/stop'))).toMatchObject({ persisted: true });
    const resumed = await read(ResumedWorkflow, post(id, '/resume', { rehydration: 'full', cursor }));
    expect(resumed).toMatchObject({ rehydration: 'full', loaded: 6, refs: 0 });
    await post(id, '/stop');
    await checkFold(live, `shop/${id}`);
  });

  test('is the same by our client', async () => {
    const runner: HttpRunner = connectHttp(service.url).runner('shop');
    const id = fresh();
    expect(await runner.startWorkflow({ id, graph: 'triple' })).toMatchObject({ run: `shop/${id}` });
    expect(await thrownBy(runner.startWorkflow({ id, graph: 'triple' }))).toMatchObject({ code: 'already_started' });
    expect(await runner.run(id, { input: { n: 5 } })).toMatchObject({ seq: 0 });
    await expect.poll(async () => (await runner.getWorkflow(id)).ended).toBe(1);
    expect(await runner.getResults(id)).toEqual({ results: { result: 15 }, failures: [] });
    expect(await runner.getResults(id, { components: ['x3'], all: true })).toMatchObject({ results: { x3: [15] } });
    expect(await runner.getProductions(id)).toEqual([15]);
    const cursor = await runner.checkpoint(id);
    expect((await runner.listSnapshots(id)).map(saved => saved.cursor)).toContain(cursor);
    expect(await runner.stop(id)).toMatchObject({ persisted: true });
    expect(await runner.resume(id, { cursor })).toMatchObject({ rehydration: 'lazy', refs: 1 });
    expect(await runner.stop(id, { persist: false })).toMatchObject({ persisted: false });
    await expect.poll(() => runner.listWorkflows()).not.toContain(id);
    expect(await thrownBy(runner.getWorkflow('nobody'))).toMatchObject({ code: 'not_found' });
  });

  test('RN-19: tells what has failed', async () => {
    const id = fresh();
    await begin({ id, graph: 'secrets' });
    await post(id, '/inputs', { input: { n: 1 } });
    await idle(id, 1);
    const { results, failures } = await read(WorkflowResults, get(id, '/results'));
    expect(results).toEqual({ a: null, b: null });
    expect(failures).toContainEqual(expect.objectContaining({ seq: 0, address: '$[0]/a' }));
    await post(id, '/stop', { persist: false });
  });

  test('that no worker has heard of keeps its inputs; a stop waits for it until the service is closed', async () => {
    const id = fresh();
    await begin({ id, graph: 'triple', taskQueue: `nobody-${randomUUID()}` });
    const handle = live.client.workflow.getHandle(`shop/${id}`);
    onTestFinished(async () => void (await handle.terminate()));
    const input = await post(id, '/inputs', { input: { n: 1 }, id: 'kept' });
    expect([input.status, await read(AcceptedInput, input)]).toEqual([202, { id: 'kept', pending: true }]);

    const other = await open();
    const stopping = refused(other.send('POST', `${WORKFLOWS}/${id}/stop`));
    const signals = async () =>
      ((await handle.fetchHistory()).events ?? []).flatMap(
        event => event.workflowExecutionSignaledEventAttributes?.signalName ?? [],
      );
    await expect.poll(signals).toHaveLength(2);
    await other.stop();
    expect(await stopping).toMatchObject({ status: 503, code: 'closing' });
  });
});

describe('what is wrong', () => {
  test.each<[string, string, object?]>([
    ['GET', ''],
    ['POST', '/inputs', { input: { n: 1 } }],
    ['GET', '/results'],
    ['GET', '/results?components=a'],
    ['GET', '/productions'],
    ['POST', '/checkpoint'],
    ['GET', '/snapshots'],
    ['POST', '/stop'],
    ['POST', '/resume'],
  ])('RN-05: %s …/nobody%s is not found', async (method, what, body) => {
    const problem = refused(service.send(method, `${WORKFLOWS}/nobody${what}`, body));
    expect(await problem).toMatchObject({ status: 404, code: 'not_found' });
  });

  test.each([
    { what: 'a graph that nobody registered', body: { graph: 'nobody' }, as: [404, 'not_found'], at: [] },
    { what: 'a version that is not there', body: { hash: '0'.repeat(64) }, as: [404, 'not_found'], at: [] },
    { what: 'an output that the graph has not', body: { many: ['nothing'] }, as: [422, 'invalid_option'], at: [] },
    {
      what: 'fields that are wrong, all of them',
      body: {
        id: ' a',
        checkpoint: { every_n: 0 },
        hooks: { done: 'x' },
        policies: [{ match: 1, policy: 'fast' }],
        more: 1,
      },
      as: [400, 'invalid_request'],
      at: ['/checkpoint/every_n', '/hooks/done', '/id', '/more', '/policies/0/match', '/policies/0/policy'],
    },
    {
      what: 'policies that are wrong',
      body: { policies: [{ match: '*', policy: { timeout: 'soon', fallback: { m: 1 } } }] },
      as: [422, 'invalid_policy'],
      at: ['/policies/0/onFailure/fallback/m', '/policies/0/timeout'],
    },
    {
      what: 'an intervention at nothing',
      body: { interventions: [{ at: 'x4.n', kind: 'override', value: 1 }] },
      as: [422, 'invalid_intervention'],
      at: ['/interventions/0/at'],
    },
  ])('a start with $what is refused, and nothing is started', async ({ body, as, at }) => {
    const id = fresh();
    const { status, code, errors } = await refused(begin({ id, graph: 'triple', ...body }));
    expect([status, code]).toEqual(as);
    expect(errors.map(({ path }) => path).toSorted()).toEqual(at);
    expect(errors.filter(({ message }) => /^(Invalid|Too)/.test(message))).toEqual([]);
    expect(await refused(get(id))).toMatchObject({ code: 'not_found' });
  });

  test('an intervention that is refused at a start or a fork is pointed at, and audited alone', async () => {
    const id = fresh();
    expect((await start({ graph: 'triple', id, input: { n: 1 } })).status).toBe(202);
    await result(id, '20s');
    const interventions = ['x3.n', 'x4.n'].map(at => ({ at, kind: 'override', value: 1 }));
    for (const [run, asked] of [
      [id, service.send('POST', `/api/v1/runs/${id}/fork`, { interventions })],
      [`shop/${id}`, begin({ id, graph: 'triple', interventions })],
    ] as const) {
      expect((await refused(asked)).errors).toMatchObject([{ path: '/interventions/1/at' }]);
      expect(await service.database.refusals.of(run, { limit: 9 })).toMatchObject([{ at: 'x4.n', graph: 'triple' }]);
    }
  });

  test('an input, a state or a question that is wrong says where', async () => {
    const id = fresh();
    await begin({ id, graph: 'triple' });
    const asks: readonly (readonly [Promise<Response>, number, readonly string[]])[] = [
      [post(id, '/inputs', { input: { n: 'one', m: 1 } }), 422, ['/input/m', '/input/n']],
      [post(id, '/inputs', {}), 422, ['/input/n']],
      [post(id, '/inputs', { id: '', input: [] }), 400, ['/id', '/input']],
      [post(id, '/inputs', { input: { n: 1 }, context: { nobody: {} } }), 422, []],
      [post(id, '/resume', { rehydration: 'some' }), 400, ['/rehydration']],
      [post(id, '/stop', { persist: 'no' }), 400, ['/persist']],
      [get(id, '/results?all=yes&facts=true&facts=true&x=1'), 400, ['all', 'facts', 'x']],
      [service.fetch('/api/v1/runners/a%2Fb/workflows'), 400, ['runner']],
      [get('x'.repeat(131)), 400, ['id']],
    ];
    for (const [asked, status, paths] of asks) {
      const problem = await refused(asked);
      expect([problem.status, problem.errors.map(({ path }) => path).toSorted()]).toEqual([status, paths]);
    }
    expect(await read(WorkflowView, get(id))).toMatchObject({ accepted: 0 });
    await post(id, '/stop', { persist: false });
    expect(await refused(post(id, '/resume', { cursor: 'x' }))).toMatchObject({ status: 404 });
  });
});

test('RN-17: a context is in no answer, log, file or history, also when it is refused [A5]', async () => {
  const [taken, no] = ['s-5ecret-taken', 's-5ecret-refused'];
  const id = fresh();
  const told: string[] = [];
  const keep = async (asked: Promise<Response>): Promise<number> => {
    const answer = await asked;
    told.push(await answer.text());
    return answer.status;
  };
  const run = { graph: 'secrets', id: `${id}-run`, input: { n: 1 } };
  const headers = { 'idempotency-key': id };
  expect(await keep(start({ ...run, context: { _global: { apiKey: taken } } }, headers))).toBe(202);
  expect(await keep(start({ ...run, context: { _global: { apiKey: no } } }, headers))).toBe(409);
  expect(await keep(result(run.id, '20s'))).toBe(200);
  expect(JSON.parse(told.at(-1) ?? '')).toMatchObject({ outputs: { a: 7000 + taken.length } });
  await keep(begin({ id, graph: 'secrets' }));
  expect(await keep(post(id, '/inputs', { input: { n: 1 }, context: { _global: { apiKey: taken } } }))).toBe(200);
  await idle(id, 1);
  await keep(get(id, '/results'));
  for (const context of [{ nobody: { apiKey: no } }, { a: { key: no } }, { apiKey: no }]) {
    expect(await keep(start({ graph: 'secrets', input: { n: 1 }, context }))).toBe(422);
    expect(await keep(post(id, '/inputs', { input: { n: 1 }, context }))).toBe(422);
  }
  expect(await keep(start({ graph: 'secrets', input: { n: 1 }, context: no }))).toBe(400);
  await keep(post(id, '/stop'));

  const places = [JSON.stringify(told), JSON.stringify(service.log)];
  for (const name of [run.id, `shop/${id}`]) {
    places.push(JSON.stringify(await live.client.workflow.getHandle(name).fetchHistory()));
  }
  for (const entry of await readdir(live.dataDir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) places.push((await readFile(join(entry.parentPath, entry.name))).toString('latin1'));
  }
  expect(places.some(place => place.includes(id) && place.includes('SQLite format'))).toBe(true);
  expect(service.log.some(({ message, fields }) => message === 'request' && fields['status'] === 422)).toBe(true);
  for (const secret of [taken, no]) {
    for (const form of [secret, Buffer.from(secret).toString('base64').slice(0, 16)]) {
      expect(places.filter(place => place.includes(form))).toEqual([]);
    }
  }
});
