/** What dispatch does, wherever it runs: the same cases in this process and on Temporal. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { addNode } from '../../src/document/edit.js';
import type { AnyGraph } from '../../src/graph/contract.js';
import {
  compile,
  createWorkspace,
  dispatch,
  parallel,
  pool,
  serial,
  type Executor,
  type Host,
  type Plugin,
} from '../../src/workspace/index.js';
import { carried, crashing, demo, executedFor, fan, larger, ledgerOf, staged, wide } from './fixtures.js';

const hello = (value: string) => ({ 'up|text': { kind: 'input', value } });
const ready = (graph: AnyGraph, clusters = {}) => compile(createWorkspace('demo', graph, { clusters }));
const demoOf = (value: string) => compile(createWorkspace('demo', demo, { interventions: hello(value) }));
/** The queue of a pool: somebody with so many slots works at it. */
export type Pooled = (size: number) => Promise<string>;

export function dispatchCases(host: () => Host, queueOf: Pooled): void {
  describe('memory', () => {
    memoryCases(host);
  });
  describe('executors', () => {
    executorCases(host, queueOf);
  });
  describe('plugins and baggage', () => {
    pluginCases(host);
  });
}

function memoryCases(host: () => Host): void {
  test('OI-08: an intervention by `node|port` supplies an input that nothing feeds, and the output is in memory', async () => {
    const workspace = compile(createWorkspace('demo', demo));
    const done = await dispatch(workspace, { on: host(), interventions: hello('hello') });
    expect(done.drafting.memory).toEqual({ 'up|result': 'HELLO' });
    expect(workspace.drafting.memory).toEqual({});
    expect(Object.isFrozen(done.drafting.memory)).toBe(true);
  });

  test('OI-08: so do an input by address, and an intervention as it is given elsewhere', async () => {
    const workspace = compile(createWorkspace('demo', demo));
    const one = await dispatch(workspace, { on: host(), input: { 'up/$in.text': 'one' } });
    const interventions = [{ at: 'up/$in.text', kind: 'input', value: 'two' }];
    const two = await dispatch(workspace, { on: host(), interventions });
    expect([one, two].map(({ drafting }) => drafting.memory['up|result'])).toEqual(['ONE', 'TWO']);
  });

  test('OI-09: interventions of a dispatch stand for those of the workspace, which keeps its own', async () => {
    const workspace = demoOf('a');
    const before = JSON.stringify(workspace);
    const own = await dispatch(workspace, { on: host() });
    const other = await dispatch(workspace, { on: host(), interventions: hello('b') });
    expect([own, other].map(({ drafting }) => drafting.memory)).toEqual([{ 'up|result': 'A' }, { 'up|result': 'B' }]);
    expect(other.interventions).toBe(workspace.interventions);
    expect(JSON.stringify(workspace)).toBe(before);
  });

  test('OI-08: memory has what every node gave, changed or not, over what was there before', async () => {
    const input = { a: 1, b: 2 };
    const first = await dispatch(ready(fan), { on: host(), input });
    const all = {
      'step1|out': 2,
      'step2|out': 3,
      'step3|out1': 5,
      'step3|out2': 6,
      'step4|out1': 11,
      'step4|out2': 30,
    };
    expect(first.drafting.memory).toEqual(all);
    const merged = await dispatch(demoOf('x'), {
      on: host(),
      interventions: { 'up|result': { kind: 'double', value: 2 }, ...hello('y') },
    });
    expect(merged.drafting.memory).toEqual({ 'up|result': 'YY' });
    const changed = { ...merged, drafting: { memory: { ...first.drafting.memory, kept: true, 'up|result': 'old' } } };
    const last = await dispatch(changed, { on: host() });
    expect(last.drafting.memory).toEqual({ ...all, kept: true, 'up|result': 'X' });
  });

  test('OI-08: an overridden output is in memory as its consumers saw it', async () => {
    const interventions = {
      'step3|out1': { kind: 'override', value: 100 },
      'step3|out2': { kind: 'override', value: 2 },
    };
    const { drafting } = await dispatch(ready(fan), { on: host(), input: { a: 1, b: 2 }, interventions });
    expect(drafting.memory).toMatchObject({ 'step3|out1': 100, 'step3|out2': 2, 'step4|out1': 102, 'step4|out2': 200 });
  });

  test('values that are too large to travel inline are in memory whole', async () => {
    const { drafting } = await dispatch(ready(larger), { on: host() });
    expect(drafting.memory).toEqual({ 'big|text': 'x'.repeat(10_000), 'big|size': 10_000 });
  });

  test('OI-20: a missing input is `missing_input`, and nothing is executed', async () => {
    const error = dispatch(compile(createWorkspace('demo', demo)), { on: host() });
    await expect(error).rejects.toMatchObject({
      issues: [{ code: 'missing_input', address: 'up/$in.text' }],
    });
  });

  test('OI-06: two dispatches of one plan at the same time give what each was given, and the plan stays', async () => {
    const key = randomUUID();
    // Neither goes on before both are there.
    const workspace = ready(wide(1, { key, meet: 2 }));
    const before = JSON.stringify(workspace.plan);
    const results = await Promise.all(
      [10, 20].map(value =>
        dispatch(workspace, { on: host(), interventions: { 'h0/$in.n': { kind: 'override', value } } }),
      ),
    );
    expect(results.map(({ drafting }) => drafting.memory)).toEqual([{ 'h0|n': 11 }, { 'h0|n': 21 }]);
    expect(JSON.stringify(workspace.plan)).toBe(before);
  });
}

function executorCases(host: () => Host, queueOf: Pooled): void {
  const run = async (graph: AnyGraph, executor: Executor | undefined, baggage: { key: string }) =>
    dispatch(ready(graph), { on: host(), baggage, ...(executor && { executor }) });

  test.each([
    ['serial', serial()],
    ['the default', undefined],
  ])('OI-10: with %s no two steps overlap, in plan order', async (_, executor) => {
    const key = randomUUID();
    await run(wide(4, { ms: 20 }), executor, { key });
    expect(ledgerOf(key).peak).toBe(1);
    expect(executedFor(key)).toEqual(['h0', 'h1', 'h2', 'h3']);
  });

  test.each([
    { concurrency: 2, width: 5, peak: 2 },
    { concurrency: 5, width: 3, peak: 3 },
    { concurrency: undefined, width: 6, peak: 6 },
  ])(
    'OI-11: $width steps side by side, $concurrency at once, are $peak at the most',
    async ({ concurrency, width, peak }) => {
      const key = randomUUID();
      const executor = parallel(concurrency === undefined ? {} : { concurrency });
      await run(wide(width, { meet: peak, ms: 50 }), executor, { key });
      expect(ledgerOf(key).peak).toBe(peak);
      expect(executedFor(key)).toHaveLength(width);
    },
  );

  test('OI-11: a step that crashes fails the dispatch with its code and address', async () => {
    const failed = dispatch(ready(crashing), { on: host(), executor: parallel() });
    await expect(failed).rejects.toMatchObject({ name: 'RunFailedError', code: 'E_CRASH', address: 'bad' });
  });

  test('OI-12: of 6 heavy steps in a pool of 2 there are 2 at once, and all end', async () => {
    const key = randomUUID();
    const queue = await queueOf(2);
    const { drafting } = await run(wide(6, { meet: 2, ms: 50 }), pool({ queue, size: 2 }), { key });
    expect(ledgerOf(key).peak).toBe(2);
    expect(Object.keys(drafting.memory)).toHaveLength(6);
  });

  test('OI-13: nothing of a stage starts before all of the one before has ended', async () => {
    const key = randomUUID();
    const executor = parallel();
    await dispatch(ready(staged(key, 1), { b: 'red' }), { on: host(), executor });
    const [b, c] = ['b', 'c'].map(at => ledgerOf(key).intervals.find(interval => interval.at === at));
    expect(b?.start).toBeGreaterThanOrEqual(c?.end ?? Infinity);
  });

  test('OI-13: with `schedule: "dataflow"` stages do not wait for one another', async () => {
    const key = randomUUID();
    // Each of the two goes on only when the other one is there.
    await dispatch(ready(staged(key, 2), { b: 'red' }), { on: host(), executor: parallel(), schedule: 'dataflow' });
    expect(ledgerOf(key).peak).toBe(2);
  });

  test('OI-14: an executor of one’s own is given the tasks, may change options, and may run or not', async () => {
    const seen: unknown[] = [];
    const executor: Executor = async ({ tasks, options, interventions }, execute) => {
      seen.push(tasks.map(({ cluster, stage, requires, exports }) => ({ cluster, stage, requires, exports })));
      seen.push(options, interventions);
      const made = await execute({ ...options, schedule: 'dataflow', baggage: { scope_id: 's-2' } });
      return { ...made, extra: 1 };
    };
    const { drafting } = await dispatch(ready(carried), { on: host(), executor, baggage: { scope_id: 's-1' } });
    expect(drafting.memory).toEqual({ 'seen|scope': 's-2', 'seen|marks': [], extra: 1 });
    expect(seen).toEqual([
      [{ cluster: 'default', stage: 0, requires: [], exports: ['seen.marks', 'seen.scope'] }],
      { schedule: 'stages', baggage: { scope_id: 's-1' } },
      [],
    ]);
    const none = await dispatch(ready(carried), { on: host(), executor: async () => ({ made: 'up' }) });
    expect(none.drafting.memory).toEqual({ made: 'up' });
  });
}

function pluginCases(host: () => Host): void {
  const mark =
    (name: string): Plugin =>
    recipe => {
      const { marks = [], ...rest } = recipe.options.baggage ?? {};
      return { ...recipe, options: { ...recipe.options, baggage: { ...rest, marks: [...(marks as string[]), name] } } };
    };

  test('OI-15: baggage reaches steps', async () => {
    const { drafting } = await dispatch(ready(carried), { on: host(), baggage: { scope_id: 's-1' } });
    expect(drafting.memory['seen|scope']).toBe('s-1');
  });

  test('OI-14: plugins are folded in order', async () => {
    const plugins = [mark('first'), mark('second')];
    const { drafting } = await dispatch(ready(carried), { on: host(), plugins });
    expect(drafting.memory['seen|marks']).toEqual(['first', 'second']);
  });

  test('OI-14: plugins can change graph, interventions and options, for this dispatch alone', async () => {
    const again: Plugin = recipe => ({
      ...recipe,
      graph: addNode(recipe.graph, 'again', { step: 'up', in: { text: 'up.result' } }),
    });
    const louder: Plugin = recipe => ({
      ...recipe,
      interventions: [...recipe.interventions, { at: 'again/$in.text', kind: 'override', value: 'loud' }],
      options: { ...recipe.options, schedule: 'dataflow' },
    });
    const seen: unknown[] = [];
    const executor: Executor = (job, run) => {
      seen.push(job.options.schedule, job.tasks[0]?.exports, job.plan.bodies[0]?.nodes.length);
      return run(job.options);
    };
    const workspace = demoOf('a');
    const done = await dispatch(workspace, { on: host(), plugins: [again, louder], executor });
    expect(done.drafting.memory).toEqual({ 'up|result': 'A', 'again|result': 'LOUD' });
    expect(seen).toEqual(['dataflow', ['again.result'], 2]);
    expect([done.plan, done.graph]).toEqual([workspace.plan, workspace.graph]);
  });
}
