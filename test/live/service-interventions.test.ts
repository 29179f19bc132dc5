/** Interventions of running runs over HTTP. What they do is tested where the engine is; here: what is answered and kept. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectHttp } from '../../src/api/client/connect-http.js';
import { Intervened, PendingIntervention } from '../../src/api/interventions.js';
import { RunResult } from '../../src/api/runs.js';
import { RunInterventions, RunView } from '../../src/api/views.js';
import type { Json } from '../../src/value/json.js';
import { approved, gatedChain, isWaiting, joined, open, registered, sized } from './fixtures/interventions.js';
import { Live } from './harness.js';
import { callsTo, read, refused } from './service-calls.js';
import { openLiveService, useService, type TestService } from './service-harness.js';
import { thrownBy } from './use-espalier.js';

const live = Live.use(registered);
const service = useService(live);
const { put, started, result } = callsTo(service);

const send = (id: string, body: object, to: TestService = service()): Promise<Response> =>
  to.send('POST', `/api/v1/runs/${id}/interventions`, body);
const viewOf = (id: string) => read(RunView, service().fetch(`/api/v1/runs/${id}`));
const interventionsOf = (id: string) => read(RunInterventions, service().fetch(`/api/v1/runs/${id}/interventions`));
const override = (at: string, value: Json, more: object = {}) => ({ at, kind: 'override', value, ...more });

/** A run that waits in a step whose output `second` and `both` read. */
async function held(): Promise<{ readonly id: string; readonly gate: string }> {
  const gate = randomUUID();
  const hash = await put(joined(gate).document);
  const id = await started({ graph: 'joined', hash, input: { n: 0 } });
  await expect.poll(() => isWaiting(gate)).toBe(true);
  return { id, gate };
}
const outputsOf = async (id: string) => (await read(RunResult, result(id, '20s'))).outputs;

describe('a running run', () => {
  test('answers with the outcome, which its view has too', async () => {
    const { id, gate } = await held();
    const answer = await send(id, override('second.n', 40, { by: 'ann' }));
    expect(answer.status).toBe(200);
    const { id: made, ...decision } = await read(Intervened, answer);
    expect(decision).toEqual({ outcome: 'applied', seq: 1 });
    open(gate);
    expect(await outputsOf(id)).toEqual({ n: 41 });
    const { interventions } = await interventionsOf(id);
    expect(interventions).toMatchObject([{ id: made, at: 'second.n', by: 'ann', outcome: 'applied', effect: 'used' }]);
    const lines = service().log.filter(({ fields }) => fields['runId'] === id && fields['outcome'] === 'applied');
    expect(lines).toMatchObject([{ level: 'info', fields: { at: 'second.n', kind: 'override', by: 'ann' } }]);
  });

  test('acts once upon the same id, whichever service it comes to', async () => {
    const other = await openLiveService(live);
    const { id, gate } = await held();
    try {
      const same = override('second.n', 40, { id: 'once' });
      const answers = await Promise.all(
        [service(), other, service(), other].map(each => read(Intervened, send(id, same, each))),
      );
      expect(answers).toEqual(answers.map(() => ({ id: 'once', outcome: 'applied', seq: 1 })));
      const changed = await refused(send(id, override('second.n', 41, { id: 'once' }), other));
      expect(changed).toMatchObject({ status: 409, code: 'id_reused' });
    } finally {
      open(gate);
      await other.stop();
    }
    expect(await outputsOf(id)).toEqual({ n: 41 });
    expect(await read(Intervened, send(id, override('second.n', 40, { id: 'once' })))).toMatchObject({ seq: 1 });
    expect((await viewOf(id)).interventions).toHaveLength(1);
  });

  test('refuses what is wrong, says where, and keeps who asked for it, but not the value', async () => {
    const { id, gate } = await held();
    const wrong = override('second.n', 'a secret', { id: 'mine', by: 'ann', reason: 'why not' });
    const problem = await refused(send(id, wrong));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_intervention', errors: [{ path: '/value' }] });
    expect(await refused(send(id, override('nowhere.n', 1)))).toMatchObject({ status: 422, errors: [{ path: '/at' }] });
    const { interventions, refused: kept } = await interventionsOf(id);
    expect(interventions).toEqual([]);
    expect(kept).toMatchObject([
      { at: 'nowhere.n', id: expect.stringMatching(/./) },
      { run: id, id: 'mine', at: 'second.n', kind: 'override', by: 'ann', reason: 'why not' },
    ]);
    expect(kept[0]?.message).toContain('nowhere');
    expect(JSON.stringify([kept, service().log])).not.toContain('a secret');
    open(gate);
    expect(await outputsOf(id)).toEqual({ n: 3 });
    expect(await refused(send(id, override('second.n', 1)))).toMatchObject({ status: 409, code: 'run_finished' });
    expect((await interventionsOf(id)).refused).toMatchObject([{ code: 'run_finished' }, {}, {}]);
  });

  test('takes back what has not been used, and nothing else', async () => {
    const { id, gate } = await held();
    await send(id, override('second.n', 40, { id: 'a/b' }));
    const withdraw = (which: string): Promise<Response> =>
      service().send('DELETE', `/api/v1/runs/${id}/interventions/${encodeURIComponent(which)}`);
    expect((await withdraw('a/b')).status).toBe(204);
    expect((await withdraw('a/b')).status).toBe(204);
    expect(await refused(withdraw('nobody'))).toMatchObject({ status: 404, code: 'not_found' });
    await send(id, override('first.n', 7, { id: 'used' }));
    await expect.poll(async () => (await viewOf(id)).status).toMatch(/^completed/);
    expect(await refused(withdraw('used'))).toMatchObject({ status: 409 });
    expect(await outputsOf(id)).toEqual({ n: 15 });
    expect(isWaiting(gate)).toBe(false);
  });

  test('takes a value of 1 MB, which travels by reference; one beyond the limit of a body is 413', async () => {
    await put(sized.document);
    const id = await started({ graph: 'sized', input: { text: 'x' }, breakpoints: [{ before: 'size' }] });
    await expect.poll(async () => (await viewOf(id)).holds).toMatchObject([{ at: 'size' }]);
    const large = override('source.word', 'x'.repeat(1_000_000));
    expect(await read(Intervened, send(id, large))).toMatchObject({ outcome: 'applied' });
    expect((await service().send('POST', `/api/v1/runs/${id}/continue`)).status).toBe(204);
    expect(await outputsOf(id)).toEqual({ n: 1_000_000 });
    const [known] = (await viewOf(id)).interventions ?? [];
    expect(known?.value).not.toHaveProperty('inline');
    const beyond = await refused(send(id, override('source.word', 'x'.repeat(9_000_000))));
    expect(beyond).toMatchObject({ status: 413, detail: expect.stringContaining('8 MiB') });
  });

  test('holds at breakpoints that are set while it goes on, and continues', async () => {
    const { id, gate } = await held();
    const setBreakpoints = (list: unknown): Promise<Response> =>
      service().send('PUT', `/api/v1/runs/${id}/breakpoints`, list);
    expect((await setBreakpoints([{ before: 'second' }, { at: 'second.n', if: 'value > 1' }])).status).toBe(204);
    const problem = await refused(setBreakpoints([{ before: 'a' }, { at: 'second.n', if: 'value >' }, { when: 1 }]));
    expect(problem).toMatchObject({ status: 400, errors: [{ path: '/1' }, { path: '/2' }] });
    open(gate);
    await expect.poll(async () => (await viewOf(id)).holds).toMatchObject([{ at: 'second' }]);
    expect(await viewOf(id)).toMatchObject({ status: 'paused' });
    expect((await service().send('POST', `/api/v1/runs/${id}/continue`, { at: 'second' })).status).toBe(204);
    await expect.poll(async () => (await viewOf(id)).holds).toMatchObject([{ at: 'second.n' }]);
    await service().send('POST', `/api/v1/runs/${id}/continue`);
    expect(await outputsOf(id)).toEqual({ n: 3 });
  });

  test('shows what it waits for, and goes on when it is supplied', async () => {
    await put(approved().document);
    const id = await started({ graph: 'approved', input: { word: 'yes' } });
    await expect.poll(async () => (await viewOf(id)).waiting).toMatchObject([{ address: '$in.yes' }]);
    expect(await refused(send(id, { at: '$in.yes', kind: 'input', value: 'perhaps' }))).toMatchObject({ status: 422 });
    await send(id, { at: '$in.yes', kind: 'input', value: true });
    expect(await outputsOf(id)).toEqual({ word: 'yes' });
  });
});

describe('our own client', () => {
  test('starts, changes, holds and explains runs as the one on Temporal does', async () => {
    const client = connectHttp(service().url);
    const { hash } = await client.graphs.put(gatedChain({}).document);
    const interventions = [override('first.n', 10)];
    const told = await client.graphs.explain('gatedChain', { document: hash, input: { n: 0 }, interventions });
    expect(told.nodes.map(({ verdict }) => verdict)).toEqual(['short-circuited', 'run', 'run']);
    const breakpoints = [{ before: 'third' }];
    const run = await client.start({
      graph: 'gatedChain',
      document: hash,
      input: { n: 0 },
      interventions,
      breakpoints,
    });
    await expect.poll(async () => (await run.view()).holds).toMatchObject([{ at: 'third' }]);
    const wanted = { at: 'third/$in.n', kind: 'override', ref: await client.put(40), id: 'mine' };
    expect(await run.intervene(wanted, { timeout: 10_000 })).toEqual({ id: 'mine', outcome: 'applied', seq: 2 });
    await run.withdraw('mine');
    await run.setBreakpoints([]);
    await run.continue('third');
    expect(await run.result()).toEqual({ n: 12 });
    expect(await thrownBy(run.intervene(override('first.n', 1)))).toMatchObject({ code: 'run_finished' });
    const kinds: string[] = [];
    for await (const { kind } of run.watch()) kinds.push(kind);
    expect(kinds).toEqual(expect.arrayContaining(['intervention', 'short-circuited', 'held', 'withdrawn']));
    const listed = async () => (await client.list({ graph: 'gatedChain', overridden: true })).runs.map(({ id }) => id);
    await expect.poll(listed).toContain(run.id);
    const { runs } = await client.list({ overridden: true });
    expect(runs.map(({ status }) => status)).not.toContain('completed');
  });
});

test.each([
  ['a run that never was', 'nobody', 404],
  ['a workflow that is none of ours', 'foreign', 404],
])('%s takes no interventions, and nothing is kept of them', async (_, id, status) => {
  const name = `${id}-${randomUUID()}`;
  if (id === 'foreign')
    await live.client.workflow.start('stranger', { workflowId: name, taskQueue: 'nobody', args: [] });
  try {
    expect(await refused(send(name, override('a.b', 1)))).toMatchObject({ status, code: 'not_found' });
    expect(await service().database.refusals.of(name, { limit: 1 })).toEqual([]);
  } finally {
    if (id === 'foreign') await live.client.workflow.getHandle(name).terminate();
  }
});

describe('while no worker is up', () => {
  const idle = Live.use();
  let lone: TestService;
  beforeAll(async () => {
    lone = await openLiveService(idle);
  });
  afterAll(() => lone.stop());

  test('an intervention is kept, and its outcome stands in the view later', async () => {
    const document = gatedChain({}).document;
    await lone.send('PUT', '/api/v1/graphs/gatedChain', document);
    const begun = await lone.send('POST', '/api/v1/runs', { graph: 'gatedChain', input: { n: 0 } });
    const { id } = (await begun.json()) as { readonly id: string };
    const answer = await lone.send('POST', `/api/v1/runs/${id}/interventions?wait=500ms`, override('second.n', 40));
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/v1/runs/${id}`);
    const { id: made } = await read(PendingIntervention, answer);
    expect(lone.log.map(({ fields }) => fields['outcome'])).toContain('pending');
    await idle.work(registered);
    const ended = await read(RunResult, lone.fetch(`/api/v1/runs/${id}/result?wait=30s`));
    expect(ended).toMatchObject({ status: 'completed_with_overrides', outputs: { n: 41 } });
    const view = await read(RunView, lone.fetch(`/api/v1/runs/${id}`));
    expect(view.interventions).toMatchObject([{ id: made, outcome: 'applied', effect: 'used' }]);
  });
});
