/** Runs over the record of others, on a server: what they execute is what their history has. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ForkedRun } from '../../src/api/runs.js';
import { RunDiff } from '../../src/api/diff.js';
import { RunView } from '../../src/api/views.js';
import { graph } from '../../src/graph/graph.js';
import { override } from '../../src/graph/intervene.js';
import { ownQueue } from '../../src/protocol/names.js';
import { impl } from '../../src/step/impl.js';
import { StepError } from '../../src/step/step-error.js';
import { replayFixture } from '../../src/testing/replay-fixture.js';
import { refsIn } from '../../src/value/refs.js';
import { chain } from './fixtures/graphs.js';
import { inc, measure, steps, text } from './fixtures/steps.js';
import { checkFold } from './fold-check.js';
import { Live } from './harness.js';
import { historyOf, linksOf } from './history.js';
import { callsTo, read, refused } from './service-calls.js';
import { useService } from './service-harness.js';
import { useEspalier } from './use-espalier.js';

const n = z.number();
/** By run and node: `inc` fails there. */
const broken = new Set<string>();
const live = Live.use({
  steps: [
    ...steps.filter(({ contract }) => contract.id !== inc.id),
    impl(inc, ({ n: value }, ctx) => {
      if (broken.has(`${ctx.runId} ${ctx.address}`)) throw new StepError('broken', 'not today');
      return { n: value + 1 };
    }),
  ],
});
const client = useEspalier(live);
const service = useService(live);
const { put } = callsTo(service);

/** `a` → `b` → `c`, beside `far`, which reads another input. */
const forks = graph({ id: 'forks', in: { n, m: n.default(0) }, out: { n, far: n } }, (g, i) => {
  const a = g.run(inc, { n: i.n }, { as: 'a' });
  const b = g.run(inc, { n: a.n }, { as: 'b' });
  const c = g.run(inc, { n: b.n }, { as: 'c' });
  const far = g.run(inc, { n: i.m }, { as: 'far' });
  return { out: { n: c.n, far: far.n }, nodes: [a, b, c, far] };
});

/** Activities of a run, over all of its links. */
async function executed(id: string): Promise<readonly string[]> {
  const events = (await linksOf(live.client, id)).flatMap(link => link.events);
  const ids = events.flatMap(event => event.activityTaskScheduledEventAttributes?.activityId ?? []);
  return ids.toSorted();
}

test('a fork executes what follows from its change, and the source keeps its history', async () => {
  const run = await client().start(forks, { input: { n: 1 } });
  expect(await run.result()).toEqual({ n: 4, far: 1 });
  const before = (await historyOf(live.client, run.id)).events.length;
  const interventions = [override(forks.at.b.out.n, 10)];
  const fork = await client().fork(run, { input: { m: 5 }, interventions });
  expect(await fork.result()).toEqual({ n: 11, far: 6 });
  expect(await executed(fork.id)).toEqual(['c', 'far']);
  await checkFold(live, fork.id);
  expect((await historyOf(live.client, run.id)).events.length).toBe(before);
  expect((await fork.view()).forkedFrom).toBe(run.id);
  await expect.poll(async () => (await client().list({ forkedFrom: run.id })).runs).toMatchObject([{ id: fork.id }]);

  const diff = await client().diff(run, fork);
  expect(diff.earliest.map(({ at, why }) => [at, why])).toEqual([
    ['b.n', [{ kind: 'intervention', ports: ['b.n'] }]],
    ['far.n', [{ kind: 'input', ports: ['$in.m'] }]],
  ]);
  expect(diff.differing.map(({ at }) => at)).toEqual(['b.n', 'c.n', 'far.n']);
});

test('a failed run without any change executes what failed, in as many links as it takes', async () => {
  const id = `broken-${randomUUID()}`;
  broken.add(`${id} n0020`);
  const linkLimits = { events: 50 };
  const run = await client().start(chain(30), { input: { n: 1 }, id, linkLimits });
  expect(await run.ended()).toBe('failed');
  expect((await run.view()).link).toBeGreaterThan(0);
  const fork = await client().fork(run, { linkLimits });
  expect(await fork.result()).toEqual({ n: 31 });
  expect(await executed(fork.id)).toEqual(Array.from({ length: 10 }, (_, k) => `n00${k + 20}`));
  await checkFold(live, fork.id);
  // Its own record begins with what it took.
  const again = await client().fork(fork, { from: ['n0029'] });
  expect(await again.result()).toEqual({ n: 31 });
  expect(await executed(again.id)).toEqual(['n0029']);
  const [first] = (await again.view()).nodes;
  expect(first).toMatchObject({ state: 'cached', from: { run: id, at: 'n0000' } });
});

test('large values are shared, kept in a fixture, and computed again when they are gone', async () => {
  const heavy = graph({ id: 'heavy', in: {}, out: { size: n } }, g => {
    const one = g.run(text, { size: 9000 }, { as: 'one' });
    const other = g.run(text, { size: 7000 }, { as: 'other' });
    return { out: { size: g.run(measure, { texts: g.list([one.text, other.text]) }, { as: 'sum' }).size } };
  });
  const run = await client().start(heavy);
  await run.ended();
  const fixture = JSON.parse(JSON.stringify(await client().fixture(run))) as Awaited<
    ReturnType<ReturnType<typeof client>['fixture']>
  >;
  const replayed = await replayFixture(fixture, { steps, live: ['sum'] });
  expect([await replayed.run.result(), replayed.mismatches]).toEqual([{ size: 16_000 }, []]);

  const [one] = (await run.view()).nodes;
  for (const digest of refsIn(Object.values(one?.outputs ?? {}))) await live.store.delete(digest);
  const fork = await client().fork(run, { from: ['sum'] });
  expect(await fork.result()).toEqual({ size: 16_000 });
  expect(await executed(fork.id)).toEqual(['one', 'sum']);
});

test('history says which build executed what, and so whether other code is why two runs differ', async () => {
  const run = async (buildId: string, by: number) => {
    const taskQueue = `build-${randomUUID()}`;
    await live.work({ steps: [impl(inc, ({ n: value }) => ({ n: value + by }))] }, { buildId, taskQueue });
    const started = await client().start(forks, { input: { n: 1 }, taskQueue });
    await started.ended();
    return started;
  };
  const [first, second, third] = [await run('one', 1), await run('two', 2), await run('one', 3)];
  expect((await first.view()).nodes[0]).toMatchObject({ build: 'one' });
  const why = async (...runs: Parameters<ReturnType<typeof client>['diff']>) =>
    (await client().diff(...runs)).earliest.map(({ at, why: reasons }) => [at, reasons[0]]);
  const code = { kind: 'code', what: ['build two, was one'] };
  expect(await why(first, second)).toEqual([
    ['a.n', code],
    ['far.n', code],
  ]);
  expect((await why(first, third))[0]).toEqual(['a.n', { kind: 'non-determinism' }]);
});

test('over HTTP a run is forked and compared, and refusals say where', async () => {
  await put(forks.document);
  const source = `source-${randomUUID()}`;
  const run = await client().start(forks, { input: { n: 1 }, id: source });
  await run.ended();
  const path = `/api/v1/runs/${source}`;
  const id = `fork-${randomUUID()}`;
  const answer = await service().send('POST', `${path}/fork`, { id, input: { n: 2 } });
  expect([answer.status, answer.headers.get('location')]).toEqual([202, `/api/v1/runs/${id}`]);
  expect(await read(ForkedRun, answer)).toEqual({ id, graph: 'forks', forkedFrom: source });
  expect(await client().run(id, forks).result()).toEqual({ n: 5, far: 1 });
  expect(await read(RunView, service().fetch(`/api/v1/runs/${id}`))).toMatchObject({ forkedFrom: source });
  const diff = await read(RunDiff, service().fetch(`${path}/diff/${id}`));
  expect(diff).toMatchObject({ a: source, b: id, inputs: [{ at: '$in.n' }], counts: { same: 1, differing: 3 } });

  const fork = (body?: object) => service().send('POST', `${path}/fork`, body);
  expect(await refused(fork({ from: ['aa'] }))).toMatchObject({ status: 422, code: 'unknown_address' });
  expect(await refused(fork({ input: { n: 'x' } }))).toMatchObject({ status: 422, errors: [{ path: '/input/n' }] });
  const bad = { interventions: [{ at: 'a.x', kind: 'override', value: 1 }] };
  expect(await refused(fork(bad))).toMatchObject({ status: 422, code: 'invalid_intervention' });
  expect(await refused(fork({ id }))).toMatchObject({ status: 409, code: 'already_started' });
  expect(await refused(service().send('POST', '/api/v1/runs/nobody/fork'))).toMatchObject({ status: 404 });
  expect(await refused(service().fetch(`${path}/diff/nobody`))).toMatchObject({ status: 404 });
  expect((await fork()).status).toBe(202);
});

test('a fork of a run whose worker was brought along by its command goes to the default task queue', async () => {
  const taskQueue = ownQueue(live.queue, '0123456789abcdef');
  const run = await client().start(forks, { input: { n: 1 }, taskQueue });
  const fork = await client().fork(run);
  expect(await fork.result()).toEqual({ n: 4, far: 1 });
  await live.client.workflow.getHandle(run.id).terminate();
});
