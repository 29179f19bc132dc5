/** Eaches over lists and loops on Temporal: the same graphs as in this process (test/local/bodies.test.ts). */
import { expect, test } from 'vitest';
import { compile } from '../../src/graph/compile.js';
import { unwrap } from '../../src/run/unwrap.js';
import { bodySteps, FAILING, largeSteps, limited, meeting, ROWS, times, UNANSWERED } from './fixtures/bodies.js';
import { peakOf } from './fixtures/peak.js';
import { Live } from './harness.js';
import { linksOf } from './history.js';
import { thrownBy, useEspalier } from './use-espalier.js';

const live = Live.use({ steps: [...bodySteps, ...largeSteps] });
const espalier = useEspalier(live);

test.each(ROWS)('[$row] $what', async ({ graph, input, gives }) => {
  expect(await (await live.start(graph, input)).result()).toEqual(gives);
});

test('[ST-02] an each starts all items, whatever the others do', async () => {
  const run = await live.start(meeting('live-meet', 3), { list: [1, 2, 3] });
  expect(await run.result()).toEqual({ all: [1, 2, 3] });
});

test('[ST-03] an each has no more open than its concurrency', async () => {
  const list = Array.from({ length: 10 }, (_, k) => k);
  const run = await live.start(limited('live-limited'), { list });
  expect(await run.result()).toEqual({ all: list });
  expect(peakOf('live-limited').most).toBe(2);
});

test('[ST-10] an each goes on where an item fails, and the view says which node it was', async () => {
  const run = await espalier().start(FAILING.graph, { input: FAILING.input });
  expect(await run.result()).toEqual(FAILING.gives);
  const failures = [{ address: FAILING.at, code: 'no_twos' }];
  expect(await run.view()).toMatchObject({ status: 'completed_with_errors', failures, failed: 1 });
});

test('[ST-14] a loop that comes to its limit fails', async () => {
  const run = await espalier().start(times(3, { until: 'count >= 9' }), { input: { count: 0 } });
  expect(await thrownBy(run.result())).toMatchObject({ code: 'loop_limit', address: 'loop' });
});

test.each(UNANSWERED)('[ST-16] a loop fails where its `until` meets $what', async ({ graph, input, message }) => {
  const run = await espalier().start(compile(graph.document), { input });
  const error = await thrownBy(run.result());
  expect(error).toMatchObject({ code: 'condition_failed', address: 'loop' });
  expect(error.message).toMatch(message);
});

test('[ST-19] frames of items and iterations come in order, what is inside before what is around it', async () => {
  const [row] = ROWS.filter(({ what }) => what === 'loops in items, items in loops');
  const plan = compile(row?.graph.document ?? { id: 'none' });
  const run = await espalier().start(plan, { input: row?.input ?? {} });
  const ended: string[] = [];
  for await (const { at, kind } of run.watch()) if (kind === 'completed') ended.push(at);
  const inside = ended.filter(at => at.startsWith('each[1]/loop@0/'));
  expect(inside).toEqual([
    expect.stringMatching(/^each\[1]\/loop@0\/more\[[01]]\/add$/),
    expect.stringMatching(/^each\[1]\/loop@0\/more\[[01]]\/add$/),
    'each[1]/loop@0/more',
    'each[1]/loop@0/total',
  ]);
  expect(ended.indexOf('each[1]/loop')).toBeGreaterThan(ended.lastIndexOf('each[1]/loop@1/total'));
  expect(ended.at(-1)).toBe('each');
});

test('[ST-18] a result of one item is that, of several a list', async () => {
  const [row] = ROWS.filter(({ row, what }) => row === 'ST-05' && what === 'one item');
  const run = await live.start(row?.graph ?? limited('none'), { list: [7] });
  expect(unwrap(await run.result())).toEqual({ all: 14 });
});

test('[ST-20] who stops watching may cancel the run by that', async () => {
  const run = await espalier().start(meeting('live-left', 4), { input: { list: [1, 2, 3] } });
  for await (const frame of run.watch({ cancelOnDetach: true })) if (frame.kind === 'scheduled') break;
  expect(await run.ended()).toBe('cancelled');
});

/** What `npm run soak` does, with fewer. */
test('[ST-17] a loop of 500 iterations has links of bounded size, and each of its steps is one activity', async () => {
  const run = await live.start(times(500), { count: 0 }, { linkLimits: { events: 400 } });
  expect(await run.result()).toEqual({ count: 500 });
  const links = await linksOf(live.client, run.id);
  expect(links.length).toBeGreaterThan(5);
  for (const { events, bytes } of links) {
    // What was under way when it was filling up ends in it: some events more than the limit.
    expect(events.length).toBeLessThan(500);
    expect(bytes).toBeLessThan(500_000);
  }
  const steps = links.map(link => link.count('ActivityTaskScheduled'));
  expect(steps.reduce((sum, count) => sum + count)).toBe(500);
});
