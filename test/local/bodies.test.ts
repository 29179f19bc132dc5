import { describe, expect, test } from 'vitest';
import { runLocal } from '../../src/local/run-local.js';
import { unwrap } from '../../src/run/unwrap.js';
import { bodySteps, FAILING, largeSteps, limited, meeting, ROWS, times, UNANSWERED } from '../live/fixtures/bodies.js';
import { peakOf } from '../live/fixtures/peak.js';

const steps = [...bodySteps, ...largeSteps];

test.each(ROWS)('[$row] $what, in this process', async ({ graph, input, gives }) => {
  expect(await runLocal(graph.document, { steps, input }).result()).toEqual(gives);
});

describe('an each over a list', () => {
  test('[ST-02] starts all items, whatever the others do', async () => {
    const run = runLocal(meeting('local-meet', 3), { steps, input: { list: [1, 2, 3] } });
    expect(await run.result()).toEqual({ all: [1, 2, 3] });
    expect(peakOf('local-meet').most).toBe(3);
  });

  test('[ST-03] has no more open than its concurrency', async () => {
    const list = Array.from({ length: 10 }, (_, k) => k);
    const run = runLocal(limited('local-limited'), { steps, input: { list } });
    expect(await run.result()).toEqual({ all: list });
    expect(peakOf('local-limited').most).toBe(2);
  });

  test('[ST-10] goes on where an item fails, and says which node it was', async () => {
    const run = runLocal(FAILING.graph, { steps, input: FAILING.input });
    expect(await run.result()).toEqual(FAILING.gives);
    const failures = [{ address: FAILING.at, code: 'no_twos' }];
    expect(await run.view()).toMatchObject({ status: 'completed_with_errors', failures, failed: 1 });
  });
});

test('[ST-18] a result of one item is that, of several a list', async () => {
  const [row] = ROWS.filter(({ row, what }) => row === 'ST-05' && what === 'one item');
  const result = (list: number[]) =>
    runLocal(row?.graph.document ?? { id: 'none' }, { steps, input: { list } }).result();
  expect(unwrap(await result([7]))).toEqual({ all: 14 });
  expect(unwrap(await result([1, 2]))).toEqual({ all: [2, 4] });
  expect(unwrap(await result([]))).toEqual({ all: [] });
});

test('[ST-20] who stops watching may cancel the run by that', async () => {
  const input = { list: [1, 2, 3] };
  const run = runLocal(meeting('local-left', 4), { steps, input });
  for await (const frame of run.watch({ cancelOnDetach: true })) if (frame.kind === 'scheduled') break;
  await expect(run.result()).rejects.toThrow('nobody watches it any more');
  const other = runLocal(meeting('local-stays', 3), { steps, input });
  for await (const frame of other.watch()) if (frame.kind === 'scheduled') break;
  expect(await other.result()).toEqual({ all: [1, 2, 3] });
});

describe('a loop', () => {
  test('[ST-14] that comes to its limit fails', async () => {
    const run = runLocal(times(3, { until: 'count >= 9' }), { steps, input: { count: 0 } });
    await expect(run.result()).rejects.toMatchObject({ code: 'loop_limit', address: 'loop' });
  });

  test.each(UNANSWERED)('[ST-16] fails where its `until` meets $what', async ({ graph, input, message }) => {
    const run = runLocal(graph.document, { steps, input });
    await expect(run.result()).rejects.toMatchObject({
      ...{ code: 'condition_failed', address: 'loop' },
      message: expect.stringMatching(message) as string,
    });
  });

  test('[ST-17] of 5,000 iterations gives what a short one gives', async () => {
    expect(await runLocal(times(5000), { steps, input: { count: 0 } }).result()).toEqual({ count: 5000 });
  });

  test('[ST-14] has an address for what each iteration gave, also to change it', async () => {
    const interventions = [{ at: 'loop@1/add.n', kind: 'override', value: 7 }] as const;
    const run = runLocal(times(3), { steps, input: { count: 0 }, interventions });
    expect(await run.result()).toEqual({ count: 8 });
  });
});
