import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CANCEL } from '../../src/protocol/names.js';
import { furthestAhead, mostAtOnce, readLedger } from './fixtures/ledger.js';
import { CASES, doubles, lengths, streamSteps as steps } from './fixtures/streams.js';
import { Live } from './harness.js';
import { largestPayload, linksOf, scheduled } from './history.js';

const live = Live.use({ steps });
const newLedger = (): string => join(live.dataDir, `${randomUUID()}.jsonl`);
const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, k) => k + 1);
const twice = (list: readonly number[]): readonly number[] => list.map(n => 2 * n);

test.each(Object.entries(CASES))('%s, on Temporal', async (_, { graph, input, result }) => {
  const run = await live.start(graph, input);
  expect(await run.result()).toEqual(result);
});

test('[ST-02] items are worked on side by side while the stream goes on', async () => {
  const ledger = newLedger();
  // It ends only if the first item is worked on before the stream has ended.
  const emitting = { ledger, awaits: { index: 2, node: 'each[0]/double' } };
  const run = await live.start(doubles({ emitting, doubling: { ms: 1500, ledger } }), { list: [1, 2, 3] });
  await run.result();
  const events = readLedger(ledger).map(({ node, event }) => `${node} ${event}`);
  expect(events.indexOf('numbers end')).toBeLessThan(events.indexOf('each[0]/double end'));
  expect(mostAtOnce(ledger)).toBeGreaterThanOrEqual(3);
});

test('[ST-03] no more items are worked on at once than the each says', async () => {
  const ledger = newLedger();
  const graph = doubles({ doubling: { ms: 50, ledger }, each: { concurrency: 2 } });
  const run = await live.start(graph, { list: upTo(10) });
  expect(await run.result()).toMatchObject({ ns: twice(upTo(10)) });
  expect(mostAtOnce(ledger)).toBe(2);
});

test('[ST-04] a stream is never further ahead than the buffer, and waits for room without an activity', async () => {
  const [ledger, buffer, concurrency] = [newLedger(), 2, 1];
  const graph = doubles({ emitting: { ledger }, doubling: { ms: 1200, ledger }, each: { buffer, concurrency } });
  const run = await live.start(graph, { list: upTo(7) });
  expect(await run.result()).toMatchObject({ ns: twice(upTo(7)), yielded: 7 });
  expect(furthestAhead(ledger)).toBeLessThanOrEqual(buffer + concurrency + 1);
  expect(await scheduled(live.client, run.id, 'emit')).toBeGreaterThan(1);
  const own = readLedger(ledger).filter(({ node }) => node === 'numbers');
  expect(own.filter(({ event }) => event === 'start')).toHaveLength(1);
});

test('[ST-10] a stream that fails after two items: what they came to is kept, and it is said which node failed', async () => {
  const run = await live.start(doubles({ emitting: { failsAt: 2 } }), { list: [1, 2, 3] }, { onFailure: 'continue' });
  expect(await run.result()).toEqual({ ns: [2, 4] });
  const { failures } = await run.handle.result();
  expect(failures).toMatchObject([{ address: 'numbers', code: 'broken', message: 'no item 2' }]);
});

test('[ST-20] a cancelled run ends its streams: their `finally` is executed', async () => {
  const ledger = newLedger();
  const run = await live.start(doubles({ emitting: { hangsAt: 2, ledger }, doubling: { ledger } }), {
    list: [1, 2, 3],
  });
  await expect.poll(() => readLedger(ledger).filter(({ event }) => event === 'end')).toHaveLength(2);
  await run.handle.signal(CANCEL, 'enough');
  const { error, abandoned } = await run.failure();
  expect({ error, abandoned }).toMatchObject({ error: { code: 'cancelled' }, abandoned: [] });
  expect(await run.status()).toBe('CANCELLED');
  expect(readLedger(ledger).at(-1)).toMatchObject({ node: 'numbers', event: 'aborted' });
});

test('items over 4 KiB travel by reference', async () => {
  const run = await live.start(lengths, { count: 30, size: 10_000 });
  expect(await run.result()).toEqual({ ns: upTo(30).map(() => 10_000) });
  const [, ...afterStart] = (await run.history()).events;
  expect(largestPayload(afterStart)).toBeLessThan(10 * 1024);
});

test('many items just under 4 KiB come in few batches, none of them too large for a history', async () => {
  const run = await live.start(lengths, { count: 100, size: 4000 });
  expect(await run.result()).toEqual({ ns: upTo(100).map(() => 4000) });
  const history = await run.history();
  expect(history.count('WorkflowExecutionUpdateAccepted')).toBeLessThan(30);
  expect(largestPayload(history.of('WorkflowExecutionUpdateAccepted'))).toBeLessThan(140 * 1024);
});

test('items that cost many updates go on in further links, each worked on once', async () => {
  const ledger = newLedger();
  const graph = doubles({ doubling: { ledger }, each: { buffer: 2 } });
  const run = await live.start(graph, { list: upTo(60) }, { linkLimits: { events: 100_000, updates: 12 } });
  expect(await run.result()).toEqual({ ns: twice(upTo(60)), yielded: 60 });
  const links = await linksOf(live.client, run.id);
  expect(links.length).toBeGreaterThan(2);
  expect(readLedger(ledger).filter(({ event }) => event === 'end')).toHaveLength(60);
});
