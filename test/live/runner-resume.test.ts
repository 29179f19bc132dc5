/** Workflows that are saved, stopped and resumed. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Runner } from '../../src/runner/runner.js';
import { digestOf, type BlobStore } from '../../src/store/blob-store.js';
import { openStorage } from '../../src/store/storage.js';
import type { CheckpointStrategy } from '../../src/engine/options.js';
import { readLedger } from './fixtures/ledger.js';
import { chain, gates, steps, texts, triple } from './fixtures/runner-graphs.js';
import { Live } from './harness.js';
import { thrownBy, useEspalier } from './use-espalier.js';
import { useRunner } from './use-runner.js';

const live = Live.use({ steps });
const espalier = useEspalier(live);
const used = useRunner(live, espalier);
const { fresh, idle } = used;

const file = (name: string): string => join(live.dataDir, name);
const reasonsOf = async (id: string): Promise<readonly string[]> =>
  (await used.runner.listSnapshots(id)).map(({ reason }) => reason).toSorted();

test('RN-09 RN-12 RN-13: what was stopped is resumed as it was, and takes more', async () => {
  const { runner } = used;
  const id = fresh();
  const policies = [{ match: 'x3', policy: 'llm' }] as const;
  const fed = await runner.startWorkflow(id, triple, { many: ['result'], policies });
  await fed.run({ n: 5 });
  await idle(id);
  expect(await thrownBy(runner.resume(id))).toMatchObject({ code: 'already_started', workflow: { id } });
  expect(await fed.stop()).toMatchObject({ persisted: true, unfinished: 0, unsaved: 0 });
  const before = await fed.getWorkflow();
  expect(before.status).toBe('stopped');

  const { workflow } = await runner.resume(id, { graph: triple });
  expect(await workflow.getWorkflow()).toEqual({ ...before, status: 'running' });
  expect(before.policies['x3']).toMatchObject({ timeout: 30_000, retry: { attempts: 4 } });
  expect(await workflow.getProductions()).toEqual([15]);
  expect(await workflow.run({ n: 10 })).toMatchObject({ seq: 1 });
  await idle(id, 2);
  expect(await workflow.getResults()).toEqual({ result: [15, 30] });

  // Two at once: one wins.
  await workflow.stop();
  const both = await Promise.allSettled([runner.resume(id), runner.resume(id)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const [lost] = both.filter(end => end.status === 'rejected');
  expect(lost?.reason).toMatchObject({ code: 'already_started' });
  expect(await runner.getResults(id)).toEqual({ result: [15, 30] });
});

test('RN-09 RN-10: without `persist` nothing is saved by a stop: a resume goes on from what was, or finds nothing', async () => {
  const { runner } = used;
  const id = fresh();
  const fed = await runner.startWorkflow(id, triple, { checkpoint: 'manual', many: ['result'] });
  await fed.run({ n: 1 });
  await idle(id);
  expect(await fed.listSnapshots()).toEqual([]);
  const cursor = await fed.checkpoint();
  expect(await fed.listSnapshots()).toMatchObject([{ cursor, reason: 'manual', accepted: 1, ended: 1, failed: 0 }]);
  await fed.run({ n: 2 });
  await idle(id, 2);
  expect(await fed.stop({ persist: false })).toEqual({ persisted: false, cursor, unfinished: 0, unsaved: 1 });
  await runner.resume(id, { cursor });
  expect(await fed.getResults()).toEqual({ result: [3] });
  await fed.stop({ persist: false });

  // Started anew it begins anew.
  await runner.startWorkflow(id, triple, { checkpoint: 'manual' });
  await fed.stop({ persist: false });
  for (const options of [{}, { cursor }, { cursor: 'x' }]) {
    expect(await thrownBy(runner.resume(id, options))).toMatchObject({ code: 'not_found' });
  }
});

test.each<[CheckpointStrategy, readonly string[]]>([
  ['every_cycle', ['cycle', 'cycle', 'cycle', 'idle']],
  [{ every_n: 2 }, ['cycle', 'idle']],
  ['on_complete', ['idle']],
  ['manual', []],
])('RN-11: checkpoints of a chain of three by %j', async (checkpoint, reasons) => {
  const { runner } = used;
  const id = fresh();
  const fed = await runner.startWorkflow(id, chain, { checkpoint });
  await fed.run({ n: 5 });
  await idle(id);
  await expect.poll(() => reasonsOf(id)).toEqual(reasons);
  await fed.stop({ persist: false });
  expect(await reasonsOf(id)).toEqual(reasons);
});

test('a stop waits its grace for what runs; what has not ended is done by who resumes', async () => {
  const { runner } = used;
  const id = fresh();
  const [until, ledger] = [file('gate'), file('ledger.jsonl')];
  const fed = await runner.startWorkflow(id, gates, { cancelGrace: 200, concurrency: 1, many: ['result'] });
  for (const n of [1, 2]) await fed.run({ n, until, ledger });
  await expect.poll(() => readLedger(ledger).length).toBe(1);
  expect(await fed.stop()).toMatchObject({ persisted: true, unfinished: 2, unsaved: 0 });
  await writeFile(until, '');
  const { workflow } = await runner.resume(id, { graph: gates });
  await idle(id, 2);
  expect(await workflow.getResults({ all: true })).toEqual({ result: [2, 3] });
  const starts = readLedger(ledger).filter(({ event }) => event === 'start');
  expect(starts.map(({ node }) => node)).toEqual(['$[0]/gate', '$[0]/gate', '$[1]/gate']);
});

/** A runner over a store that counts what is read of it, and gives nothing when it is `shut`. */
async function countingRunner() {
  const counts = { gets: 0, shut: false };
  const get: BlobStore['get'] = async digest => {
    counts.gets += 1;
    if (counts.shut) throw new Error('the store is shut');
    return live.store.get(digest);
  };
  const blobs: BlobStore = { ...live.store, get, read: () => Promise.reject(new Error('nobody reads streams here')) };
  const store = await openStorage({ blobs, database: file('espalier.db'), tenant: 'default' });
  const runner: Runner = await espalier().runner({ name: 'shop', store });
  onTestFinished(async () => {
    await runner.close();
    await store.close();
  });
  return { runner, counts };
}

test('RN-14 RN-15 RN-16: what a resume loads: all of it, what is still looked at, or nothing', async () => {
  const id = fresh();
  const { runner, counts } = await countingRunner();
  const fed = await runner.startWorkflow(id, texts, { many: ['size'] });
  for (const size of [5000, 6000]) await fed.run({ size });
  await idle(id, 2);
  await fed.stop();
  const [one, two] = ['x'.repeat(5000), 'x'.repeat(6000)];

  // Only the two blobs that say what it was, and where it was.
  counts.gets = 0;
  const lazy = await runner.resume(id, { rehydration: 'lazy', graph: texts });
  expect(lazy).toMatchObject({ rehydration: 'lazy', loaded: 0, refs: 4 });
  expect(counts.gets).toBe(2);
  expect(await lazy.workflow.getResults({ components: ['made'], all: true })).toEqual({ made: [one, two] });
  expect(counts.gets).toBe(4);
  await lazy.workflow.stop();

  const hybrid = await runner.resume(id, { rehydration: 'hybrid', graph: texts });
  expect(hybrid).toMatchObject({ rehydration: 'hybrid', loaded: 2, refs: 2 });
  counts.gets = 0;
  expect(await hybrid.workflow.getResults({ all: true })).toEqual({ size: [5000, 6000] });
  expect(counts.gets).toBe(0);
  expect(await hybrid.workflow.getResults({ components: ['made'] })).toEqual({ made: two });
  expect(counts.gets).toBe(1);
  await hybrid.workflow.stop();

  const full = await runner.resume(id, { graph: texts });
  expect(full).toMatchObject({ rehydration: 'full', loaded: 4, refs: 0 });
  counts.shut = true;
  expect(await full.workflow.getResults({ components: ['made', 'size'], all: true })).toEqual({
    made: [one, two],
    size: [5000, 6000],
  });
});

test('a snapshot of a newer version is refused, and so is one whose state is gone', async () => {
  const { runner } = used;
  const id = fresh();
  const fed = await runner.startWorkflow(id, triple, { checkpoint: 'manual' });
  await fed.run({ n: 1 });
  await idle(id);
  await fed.stop();
  const [saved] = await fed.listSnapshots();
  if (!saved) throw new Error('nothing was saved');
  const store = runner.getStore();
  const workflows = (await store.database()).workflows('default');
  const { snapshot } = JSON.parse(Buffer.from((await store.blobs.get(saved.digest)) ?? []).toString());
  const bytes = Buffer.from(JSON.stringify({ snapshot: { ...snapshot, snapshotVersion: 2 } }));
  await store.blobs.put(digestOf(bytes), bytes);
  const { cursor: _, ...rest } = saved;
  const newer = await workflows.save({ ...rest, execs: 1, digest: digestOf(bytes), at: rest.at + 1 });
  const gone = await workflows.save({ ...rest, execs: 1, digest: '0'.repeat(64), at: rest.at - 1 });
  expect(await thrownBy(runner.resume(id))).toMatchObject({ code: 'snapshot_newer' });
  expect(await thrownBy(runner.resume(id, { cursor: gone }))).toMatchObject({ code: 'hydration_failed' });
  expect((await runner.listSnapshots(id)).map(({ cursor }) => cursor)).toEqual([newer, saved.cursor, gone]);
  await runner.resume(id, { cursor: saved.cursor });
});

test('RN-13: what was saved while a resume was loading is what it goes on from', async () => {
  const id = fresh();
  let meanwhile = async (): Promise<void> => {};
  const get: BlobStore['get'] = async digest => {
    const then = meanwhile;
    meanwhile = async () => {};
    await then();
    return live.store.get(digest);
  };
  const store = await openStorage({
    blobs: { ...live.store, get },
    database: file('espalier.db'),
    tenant: 'default',
  });
  const slow: Runner = await espalier().runner({ name: 'shop', store });
  onTestFinished(async () => {
    await slow.close();
    await store.close();
  });
  const { runner } = used;
  const fed = await runner.startWorkflow(id, triple, { many: ['result'] });
  await fed.run({ n: 1 });
  await idle(id);
  await fed.stop();
  meanwhile = async () => {
    await runner.resume(id);
    await fed.run({ n: 2 });
    await idle(id, 2);
    await fed.stop();
  };
  await slow.resume(id);
  expect(await fed.getResults()).toEqual({ result: [3, 6] });
});

test('what was saved of a workflow is not that of one begun anew by who could not say so in the store', async () => {
  const id = fresh();
  const { runner } = used;
  const storage = runner.getStore();
  const database = await storage.database();
  const replace = async (): Promise<never> => Promise.reject(new Error('away'));
  const workflows = (tenant: string) => ({ ...database.workflows(tenant), replace });
  const store = { ...storage, database: async () => ({ ...database, workflows }) };
  const fed = await runner.startWorkflow(id, triple);
  await fed.run({ n: 1 });
  await idle(id);
  expect(await fed.stop()).toMatchObject({ persisted: true });
  const other: Runner = await espalier().runner({ name: 'shop', store });
  onTestFinished(() => other.close());
  expect(await thrownBy(other.startWorkflow(id, triple))).toMatchObject({ message: 'away' });
  expect(await fed.stop({ persist: false })).toEqual({ persisted: false, unfinished: 0, unsaved: 0 });
  expect(await thrownBy(runner.resume(id))).toMatchObject({ code: 'not_found' });
});

test('A1: an input that comes before who resumes has begun is done once', async () => {
  const { runner } = used;
  const id = fresh();
  const queue = `${live.queue}-later`;
  const ledger = file('once.jsonl');
  const until = file('once');
  await writeFile(until, '');
  const fed = await runner.startWorkflow(id, gates, { taskQueue: queue });
  const stopping = fed.stop();
  const first = await live.work({ steps }, { taskQueue: queue });
  expect(await stopping).toMatchObject({ persisted: true, unsaved: 0 });
  first.worker.shutdown();
  await first.done;
  await runner.resume(id);
  expect(await fed.run({ n: 1, until, ledger })).toMatchObject({ pending: true });
  await live.work({ steps }, { taskQueue: queue });
  await idle(id);
  const starts = readLedger(ledger).filter(({ event }) => event === 'start');
  expect(starts.map(({ node }) => node)).toEqual(['$[0]/gate']);
});
