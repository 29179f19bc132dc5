/** Workflows that are fed inputs one after another, on Temporal. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AlreadyStartedError } from '../../src/runner/already-started-error.js';
import type { Telemetry } from '../../src/runner/telemetry.js';
import type { HookCalled } from '../../src/step/hook.js';
import { openStorage } from '../../src/store/storage.js';
import { readLedger } from './fixtures/ledger.js';
import {
  chain,
  contents,
  forked,
  gates,
  joined,
  secrets,
  steps,
  texts,
  tried,
  triple,
} from './fixtures/runner-graphs.js';
import { Live } from './harness.js';
import { thrownBy, useEspalier } from './use-espalier.js';
import { useRunner } from './use-runner.js';

const called: HookCalled[] = [];
const hooks = {
  note: (event: HookCalled) => void called.push(event),
  throws: () => {
    throw new Error('a hook threw');
  },
};
const live = Live.use({ steps, hooks });
const espalier = useEspalier(live);
const used = useRunner(live, espalier);
const { fresh, idle } = used;

const file = (name: string): string => join(live.dataDir, name);

describe('a store', () => {
  test('RN-01: a runner needs a name; without a store it has one of its own, closed with it', async () => {
    for (const name of [undefined, '', 'a/b', "a'b"]) {
      expect(await thrownBy(espalier().runner({ name } as { name: string }))).toMatchObject({ code: 'invalid_option' });
    }
    const own = await espalier().runner({ name: 'own' });
    const database = await own.getStore().database();
    await database.ping();
    await own.close();
    expect(await thrownBy(database.ping())).toMatchObject({ code: 'database_error' });
    expect(await thrownBy(own.startWorkflow('x', chain))).toMatchObject({ code: 'runner_closed' });
  });

  test('RN-02: one that is given stays open, and has to be', async () => {
    const store = await openStorage({ blobs: live.store, database: file('given.db'), tenant: 'default' });
    const given = await espalier().runner({ name: 'given', store });
    expect(given.getStore()).toBe(store);
    await given.close();
    await (await store.database()).ping();
    await store.close();
    const error = await thrownBy(espalier().runner({ name: 'given', store }));
    expect(error).toMatchObject({
      code: 'store_not_open',
      message: expect.stringContaining('open it before') as string,
    });
  });
});

describe('a workflow', () => {
  test('RN-03 RN-04 RN-07 RN-08: is started once, takes inputs, and says what came of them', async () => {
    const { runner } = used;
    const id = fresh();
    const fed = await runner.startWorkflow(id, chain);
    const again = await thrownBy(runner.startWorkflow(id, chain));
    expect(again).toBeInstanceOf(AlreadyStartedError);
    expect(again).toMatchObject({ code: 'already_started', workflow: { id } });
    expect(await fed.getResults()).toEqual({ result: null });
    expect(await fed.getResults({ all: true })).toEqual({ result: [] });

    expect(await fed.run({ n: 5 }, { id: 'first' })).toEqual({ id: 'first', seq: 0 });
    expect(await fed.run({ n: 5 }, { id: 'first' })).toEqual({ id: 'first', seq: 0 });
    await idle(id);
    expect(await fed.getProductions()).toEqual([6, 12, 11]);
    expect(await fed.getResults()).toEqual({ result: 11 });
    expect(await fed.getResults({ components: ['b', 'nobody'] })).toEqual({ b: 12, nobody: null });
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(await runner.getResults(id, { components: ['a'], facts: true, all: true })).toEqual({
      a: [{ seq: 0, value: 6, hash }],
    });
    expect(await fed.getResults({ facts: true })).toEqual({ result: { seq: 0, value: 11, hash } });

    expect(await fed.getWorkflow()).toMatchObject({
      ...{ runner: 'shop', id, graph: 'chain', status: 'running' },
      ...{ accepted: 1, waiting: 0, ended: 1, failed: 0, open: [], failures: [], many: [] },
    });
    await expect.poll(() => runner.listWorkflows()).toContain(id);
    expect(await runner.lookup(id)).toMatchObject({ id });
    await runner.via(id, chain).run({ n: 6 });
    await idle(id, 2);
    expect(await runner.via(id).getResults()).toEqual({ result: 13 });
    await fed.stop();
    expect(await runner.lookup(id)).toBeNull();
    await expect.poll(() => runner.listWorkflows()).not.toContain(id);
    expect(await fed.getResults({ all: true })).toEqual({ result: [11, 13] });
    expect(await thrownBy(fed.run({ n: 1 }))).toMatchObject({ code: 'run_finished' });
    expect(await thrownBy(fed.checkpoint())).toMatchObject({ code: 'run_finished' });
  });

  test('RN-05: that nobody knows is not found, whatever is asked', async () => {
    const { runner } = used;
    const calls = [
      runner.run('nobody', { n: 1 }),
      runner.getResults('nobody'),
      runner.getResults('nobody', { components: ['a'] }),
      runner.getProductions('nobody'),
      runner.getWorkflow('nobody'),
      runner.stop('nobody'),
      runner.checkpoint('nobody'),
      runner.listSnapshots('nobody'),
      runner.resume('nobody'),
    ];
    const errors = await Promise.all(calls.map(thrownBy));
    expect(errors.map(error => ('code' in error ? error.code : error))).toEqual(calls.map(() => 'not_found'));
    expect(await runner.lookup('nobody')).toBeNull();
  });

  test('RN-06 RN-18: its inputs run side by side and never mix; outputs that are many are lists in their order', async () => {
    const { runner } = used;
    const id = fresh();
    const fed = await runner.startWorkflow(id, joined, { many: ['sum'] });
    expect(await fed.getResults()).toEqual({ sum: [] });
    await Promise.all([10, 1, 1, 7].map(async n => fed.run({ n })));
    await idle(id, 4);
    const sums = (await fed.getResults()).sum;
    expect(sums.toSorted((a, b) => a - b)).toEqual([5, 5, 35, 50]);
    const facts = await fed.getResults({ components: ['two', 'three', 'join'], all: true });
    const { two, three, join: all } = facts as Readonly<Record<string, readonly number[]>>;
    expect(all).toEqual(sums);
    expect(all?.map((sum, k) => sum - (two?.[k] ?? 0) - (three?.[k] ?? 0))).toEqual([0, 0, 0, 0]);
  });

  test('RN-06 RN-19: a failure is of its branch and of its input, and is shown', async () => {
    const { runner } = used;
    const id = fresh();
    const fed = await runner.startWorkflow(id, forked);
    await fed.run({ n: -1 });
    await idle(id);
    expect(await fed.getResults()).toEqual({ good: [0], bad: [], join: [] });
    const failure = expect.objectContaining({ seq: 0, code: 'negative', address: '$[0]/bad' }) as object;
    await fed.run({ n: 1 });
    await idle(id, 2);
    const { results, failures } = await fed.getResults({ failures: true });
    expect(results).toEqual({ good: [0, 2], bad: [1], join: [3] });
    expect(failures).toEqual([failure]);
    expect(await fed.getWorkflow()).toMatchObject({ ended: 2, failed: 1, failures: [failure], status: 'running' });
  });

  test('options that say nothing are refused before anything exists', async () => {
    const { runner } = used;
    const wrong = [
      // @ts-expect-error no such output
      () => runner.startWorkflow('wrong', triple, { many: ['results'] }),
      // @ts-expect-error no such strategy
      () => runner.startWorkflow('wrong', triple, { checkpoint: 'often' }),
      () => runner.startWorkflow('wrong', triple, { checkpoint: { every_n: 0 } }),
      () => runner.startWorkflow('wrong', triple, { onComplete: '' }),
      // @ts-expect-error nothing that hooks hear of
      () => runner.startWorkflow('wrong', triple, { hooks: { done: 'note' } }),
      () => runner.startWorkflow('wrong', triple, { concurrency: 0 }),
      () => runner.startWorkflow(' wrong', triple),
    ];
    for (const start of wrong) expect(await thrownBy(start())).toMatchObject({ code: 'invalid_option' });
    const policies = [{ match: 'x3', policy: { timeout: 0 } }];
    expect(await thrownBy(runner.startWorkflow('wrong', triple, { policies }))).toMatchObject({
      code: 'invalid_policy',
    });
    const fed = await runner.startWorkflow(fresh(), triple);
    // @ts-expect-error a number is expected
    expect(await thrownBy(fed.run({ n: 'one' }))).toMatchObject({ code: 'invalid_input' });
    expect(await thrownBy(fed.run({ n: 1 }, { id: '' }))).toMatchObject({ code: 'invalid_option' });
    expect(await thrownBy(runner.via(fed.id, chain).run({ n: 1 }))).toMatchObject({ code: 'another_graph' });
    expect(await fed.getWorkflow()).toMatchObject({ accepted: 0 });
  });

  test('RN-20: policies of the runner say how components are tried', async () => {
    const { runner } = used;
    const id = fresh();
    const fed = await runner.startWorkflow(id, tried, {
      policies: [
        { match: 'retried', policy: { retry: { attempts: 4, initial: 1 } } },
        { match: /^skip/, policy: { onFailure: 'skip' } },
        { match: { step: 'slow' }, policy: { timeout: 300, retry: { attempts: 1 } } },
        { match: ({ step }) => step === 'moody', policy: { fallback: { n: 41 } } },
      ],
    });
    await fed.run({ n: 1 });
    await idle(id);
    const { results, failures } = await fed.getResults({ components: ['retried', 'skipped', 'late'], failures: true });
    expect(results).toEqual({ retried: 1, skipped: null, late: null });
    expect(failures.find(({ address }) => address === '$[0]/late')).toMatchObject({ code: 'timeout' });
    expect(await fed.getResults()).toEqual({ sure: 42 });
    expect((await fed.getWorkflow()).policies['retried']).toMatchObject({ retry: { attempts: 4, initial: 1 } });
  });

  test('RN-21: concurrency bounds what runs at once, whatever the inputs', async () => {
    const { runner } = used;
    for (const concurrency of [1, 2]) {
      const id = fresh();
      const [until, ledger] = [file(`gate-${concurrency}`), file(`ledger-${concurrency}.jsonl`)];
      const fed = await runner.startWorkflow(id, gates, { concurrency });
      for (const n of [0, 1, 2, 3]) await fed.run({ n, until, ledger });
      await expect.poll(() => readLedger(ledger).length).toBe(concurrency);
      await writeFile(until, '');
      await idle(id, 4);
      let now = 0;
      const peaks = readLedger(ledger).map(({ event }) => (now += event === 'start' ? 1 : -1));
      expect(Math.max(...peaks)).toBe(concurrency);
    }
  });

  test('RN-22: hooks hear of it; one that throws or is nowhere harms nothing', async () => {
    const { runner } = used;
    const id = fresh();
    const options = { onComplete: 'note', hooks: { input: 'throws', completed: 'nowhere', stop: 'note' } };
    const fed = await runner.startWorkflow(id, triple, options);
    const heard = () => called.filter(({ workflow }) => workflow === id);
    await fed.run({ n: 1 });
    await expect.poll(() => heard().length).toBe(1);
    await fed.run({ n: 2 });
    await expect.poll(() => heard().length).toBe(2);
    await fed.stop();
    expect(heard()).toMatchObject([
      { kind: 'idle', runner: 'shop', seq: 0 },
      { kind: 'idle', runner: 'shop', seq: 1 },
      { kind: 'stop', runner: 'shop' },
    ]);
    expect(new Set(heard().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
    expect(await fed.getResults()).toEqual({ result: 6 });
  });

  test('RN-17: a context goes to the components of one input, the own before `_global`, and is recorded nowhere', async () => {
    const { runner } = used;
    const id = fresh();
    const [forAll, forA] = ['g-5ecret-g', 'a-5ecret-aa'];
    const fed = await runner.startWorkflow(id, secrets, { checkpoint: 'every_cycle', many: ['a', 'b'] });
    await fed.run({ n: 1 }, { context: { _global: { apiKey: forAll }, a: { apiKey: forA, region: 'x' } } });
    await fed.run({ n: 2 }, { context: { _global: { apiKey: 'k' } } });
    await idle(id, 2);
    expect(await fed.getResults()).toEqual({ a: [1011, 7001], b: [7010, 7001] });
    expect(await thrownBy(fed.run({ n: 1 }, { context: { c: {} } }))).toMatchObject({ code: 'invalid_context' });
    await fed.stop();
    const kept = [JSON.stringify(await live.client.workflow.getHandle(`shop/${id}`).fetchHistory())];
    for (const name of await readdir(live.dataDir, { recursive: true, withFileTypes: true })) {
      if (name.isFile()) kept.push((await readFile(join(name.parentPath, name.name))).toString('latin1'));
    }
    const texts64 = [forAll, forA].flatMap(secret => [secret, Buffer.from(secret).toString('base64').slice(0, 12)]);
    for (const secret of texts64) expect(kept.some(part => part.includes(secret))).toBe(false);
  });

  test('goes on over links and parts: 130 inputs, each one once, in their order', async () => {
    const { runner } = used;
    const id = fresh();
    const options = { many: ['result'], linkLimits: { events: 300 }, checkpoint: 'manual' } as const;
    const fed = await runner.startWorkflow(id, triple, options);
    const numbers = Array.from({ length: 130 }, (_, n) => n);
    const seqs = await Promise.all(numbers.map(async n => (await fed.run({ n })).seq));
    expect(seqs.toSorted((a = 0, b = 0) => a - b)).toEqual(numbers);
    await idle(id, 130);
    const { result } = await fed.getResults();
    expect(numbers.map(n => result[seqs[n] ?? -1])).toEqual(numbers.map(n => 3 * n));
    const { raw } = await live.client.workflow.getHandle(`shop/${id}`).describe();
    expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(raw.workflowExecutionInfo?.execution?.runId);
    await expect.poll(() => runner.listWorkflows()).toContain(id);
  });
});

test('telemetry tells of runner, workflows, nodes, store and rehydration; a listener that throws harms nothing', async () => {
  const heard: { [K in keyof Telemetry]: Telemetry[K][] } = {
    ...{ runner: [], workflow: [], node: [], store: [], rehydration: [] },
  };
  const own = await espalier().runner({ name: 'told' });
  onTestFinished(() => own.close());
  own.on('node', () => {
    throw new Error('a listener threw');
  });
  own.on('runner', event => heard.runner.push(event));
  own.on('workflow', event => heard.workflow.push(event));
  own.on('node', event => heard.node.push(event));
  own.on('store', event => heard.store.push(event));
  own.on('rehydration', event => heard.rehydration.push(event));
  const fed = await own.startWorkflow('w', texts);
  await fed.run({ size: 10_000 });
  await expect.poll(async () => (await fed.getResults()).size).toBe(10_000);
  await expect
    .poll(() => heard.node.map(({ phase, at }) => `${phase} ${at}`))
    .toEqual([...['start $[0]/made', 'stop $[0]/made', 'start $[0]/size', 'stop $[0]/size']]);
  await fed.stop();
  await own.resume('w');
  await thrownBy(own.resume('w'));
  await own.stop('w', { persist: false });
  await own.close();
  expect(heard.workflow.map(({ phase }) => phase)).toEqual(['start', 'stop', 'start', 'exception', 'stop']);
  expect(heard.rehydration).toMatchObject([{ workflow: 'w', rehydration: 'full', loaded: 2, refs: 0 }]);
  const get = heard.store.find(({ op, bytes }) => op === 'get' && bytes === 10_002);
  expect(get?.ms).toBeGreaterThan(0);
  expect(heard.runner).toEqual([{ phase: 'stop', runner: 'told' }]);
});

test('RN-04: text and bytes are fed like all else, also when no worker is there', async () => {
  const { runner } = used;
  const id = fresh();
  const fed = await runner.startWorkflow(id, contents, { many: ['length'] });
  await fed.run({ page: 'hello', image: new Uint8Array([1, 2, 3]) });
  await fed.run({ page: 'x'.repeat(9000), image: new Uint8Array(9000) });
  await idle(id, 2);
  expect(await fed.getResults()).toEqual({ length: [8, 18_000] });
  await expect(fed.run({ page: 'a', image: new Uint8Array() }, { id: 'one' })).resolves.toMatchObject({ seq: 2 });
  const another = fed.run({ page: 'b', image: new Uint8Array() }, { id: 'one' });
  await expect(another).rejects.toMatchObject({ code: 'id_reused' });
});
