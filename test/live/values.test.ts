import { expect, test } from 'vitest';
import { GATHER } from '../../src/protocol/names.js';
import { chain, measured, relay, texts } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { largestPayload, typeName } from './history.js';

const live = Live.use({ steps });
const MEGABYTE = 1_000_000;

test('a value of 1 MB travels by reference: no payload of the history is over 5 KiB', async () => {
  const run = await live.start(relay(3), { text: 'ä'.repeat(MEGABYTE / 2) });
  expect(await run.result()).toEqual({ size: 3 * (MEGABYTE / 2) });
  const history = await run.history();
  expect(history.count('ActivityTaskScheduled')).toBe(1);
  const [, ...afterStart] = history.events;
  expect(largestPayload(afterStart)).toBeLessThan(5 * 1024);
  expect(history.bytes).toBeLessThan(20_000);
});

test('a value just under the inline limit needs no store', async () => {
  const run = await live.start(texts(1, 4000));
  expect(await run.result()).toEqual({ all: ['x'.repeat(4000)] });
  expect(largestPayload((await run.history()).events)).toBeLessThan(5 * 1024);
});

test('a list too long for a command is gathered first, and that is not a step', async () => {
  // 90 texts of 4 KB inline are 360 KB of input.
  const run = await live.start(measured(90, 4000));
  expect(await run.result()).toEqual({ size: 90 * 4000 });
  const history = await run.history();
  const types = history.of('ActivityTaskScheduled').map(typeName);
  expect(types).toContain(GATHER);
  expect(types.filter(type => type === 'text')).toHaveLength(90);
  expect(types.filter(type => type === 'measure')).toHaveLength(1);
  const [measure] = history.of('ActivityTaskScheduled').slice(-1);
  expect(largestPayload(measure ? [measure] : [])).toBeLessThan(5 * 1024);
});

test('a plan of 3,000 nodes lies in the store, and its history holds a reference', async () => {
  const graph = chain(3000);
  const run = await live.start(graph, { n: 0 }, { concurrency: 1, deadline: 1500 });
  await run.failure();
  const [started] = (await run.history()).events;
  expect(largestPayload(started ? [started] : [])).toBeLessThan(5 * 1024);
});
