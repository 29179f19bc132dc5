import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnyGraph } from '../../src/graph/contract.js';
import { runHere, type LocalSettings } from '../../src/local/run-local.js';
import { RunFailedError } from '../../src/run/run-failed-error.js';
import { furthestAhead, mostAtOnce, readLedger } from '../live/fixtures/ledger.js';
import { CASES, doubles, lengths, streamSteps as steps, totals, until } from '../live/fixtures/streams.js';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'espalier-streams-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));
const newLedger = (): string => join(folder, `${randomUUID()}.jsonl`);

const run = (graph: AnyGraph, input: object, settings: LocalSettings = {}) =>
  runHere(graph, { steps, input, ...settings });
const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, k) => k + 1);

test.each(Object.entries(CASES))('%s, in this process', async (_, { graph, input, result }) => {
  expect(await run(graph, input).result()).toEqual(result);
});

test('[ST-02] items are worked on side by side while the stream goes on', async () => {
  const ledger = newLedger();
  const began = Date.now();
  // It ends only if the first item is worked on before the stream has ended.
  const emitting = { ledger, awaits: { index: 2, node: 'each[0]/double' } };
  await run(doubles({ emitting, doubling: { ms: 300, ledger } }), { list: [1, 2, 3] }).result();
  expect(Date.now() - began).toBeLessThan(700);
  const events = readLedger(ledger).map(({ node, event }) => `${node} ${event}`);
  expect(events.indexOf('numbers end')).toBeLessThan(events.indexOf('each[0]/double end'));
});

test('[ST-03] no more items are worked on at once than the each says', async () => {
  const ledger = newLedger();
  const graph = doubles({ doubling: { ms: 10, ledger }, each: { concurrency: 2 } });
  expect(await run(graph, { list: upTo(10) }).result()).toMatchObject({ ns: upTo(10).map(n => 2 * n) });
  expect(mostAtOnce(ledger)).toBe(2);
});

test('[ST-04] a stream is never further ahead than the buffer', async () => {
  const [ledger, buffer, concurrency] = [newLedger(), 2, 1];
  const graph = doubles({ emitting: { ledger }, doubling: { ms: 5, ledger }, each: { buffer, concurrency } });
  expect(await run(graph, { list: upTo(30) }).result()).toMatchObject({ yielded: 30 });
  expect(furthestAhead(ledger)).toBeLessThanOrEqual(buffer + concurrency + 1);
});

test('[ST-04] a stream whose items wait for long is parked, and goes on as the same generator', async () => {
  const ledger = newLedger();
  const graph = doubles({ emitting: { ledger }, doubling: { ms: 1500, ledger }, each: { buffer: 1, concurrency: 1 } });
  expect(await run(graph, { list: upTo(4) }).result()).toEqual({ ns: [2, 4, 6, 8], yielded: 4 });
  const own = readLedger(ledger).filter(({ node }) => node === 'numbers');
  expect(own.map(({ event }) => event)).toEqual(['start', 'yield', 'yield', 'yield', 'yield', 'end']);
});

test.each([[[1, 2, 3]], [[]]])('[ST-06] who reads a collect of %j is called once, at the end', async list => {
  const ledger = newLedger();
  await run(totals(ledger), { list }).result();
  expect(readLedger(ledger)).toMatchObject([{ node: 'collected', event: 'start' }]);
});

test('[ST-10] a stream that fails after two items: what they came to is kept, and it is said which node failed', async () => {
  const failing = run(doubles({ emitting: { failsAt: 2 } }), { list: [1, 2, 3] }, { onFailure: 'continue' });
  expect(await failing.result()).toEqual({ ns: [2, 4] });
  const view = await failing.view();
  expect(view.status).toBe('completed_with_errors');
  const failed = view.nodes.filter(({ state }) => state === 'failed');
  expect(failed).toMatchObject([
    { at: 'numbers', error: { address: 'numbers', code: 'broken', message: 'no item 2' } },
  ]);
});

test('[ST-11] a stream that is tried again has every item worked on once', async () => {
  const ledger = newLedger();
  const graph = doubles({ emitting: { throwsAt: 5, ledger }, doubling: { ledger } });
  expect(await run(graph, { list: upTo(9) }).result()).toMatchObject({ ns: upTo(9).map(n => 2 * n) });
  const ended = readLedger(ledger).filter(({ node, event }) => node.startsWith('each') && event === 'end');
  expect(ended.map(({ node }) => node).toSorted()).toEqual(upTo(9).map(n => `each[${n - 1}]/double`));
  expect(readLedger(ledger).filter(({ node, event }) => node === 'numbers' && event === 'start')).toHaveLength(2);
});

test('[ST-20] a cancelled run ends its streams: their `finally` is executed', async () => {
  const ledger = newLedger();
  const cancelled = run(doubles({ emitting: { hangsAt: 2, ledger }, doubling: { ledger } }), { list: [1, 2, 3] });
  await until(() => readLedger(ledger).filter(({ event }) => event === 'end').length === 2);
  await cancelled.cancel('enough');
  await expect(cancelled.result()).rejects.toBeInstanceOf(RunFailedError);
  expect((await cancelled.view()).status).toBe('cancelled');
  expect(readLedger(ledger).at(-1)).toMatchObject({ node: 'numbers', event: 'aborted' });
});

test('larger items lie in the store', async () => {
  expect(await run(lengths, { count: 20, size: 10_000 }).result()).toEqual({ ns: upTo(20).map(() => 10_000) });
});

test('more items than one turn opens', async () => {
  const list = upTo(2500);
  expect(await run(doubles(), { list }).result()).toEqual({ ns: list.map(n => 2 * n), yielded: 2500 });
});
