import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { one } from './fixtures/graphs.js';
import { readLedger } from './fixtures/ledger.js';
import { flaky, steps } from './fixtures/steps.js';
import { Live } from './harness.js';

const live = Live.use({ steps });

/** Times between the starts of attempts, in milliseconds. */
async function delays(backoff: 'none' | 'linear' | 'exponential' | 'jitter', max?: number): Promise<number[]> {
  const ledger = join(live.dataDir, `${randomUUID()}.jsonl`);
  const retry = { attempts: 4, backoff, initial: 200, ...(max !== undefined && { max }) };
  const run = await live.start(one(flaky, { retry, options: { until: 4, ledger } }), { n: 1 });
  expect(await run.result()).toEqual({ n: 2 });
  const starts = readLedger(ledger).map(entry => entry.at);
  return starts.slice(1).map((at, k) => at - (starts[k] ?? 0));
}

test('linear backoff waits longer by the same each time', async () => {
  const [first = 0, second = 0, third = 0] = await delays('linear');
  expect(first).toBeGreaterThanOrEqual(195);
  expect(second).toBeGreaterThanOrEqual(395);
  expect(third).toBeGreaterThanOrEqual(595);
});

test('exponential backoff doubles up to its maximum', async () => {
  const [first = 0, second = 0, third = 0] = await delays('exponential', 500);
  expect(first).toBeGreaterThanOrEqual(195);
  expect(second).toBeGreaterThanOrEqual(395);
  expect(third).toBeGreaterThanOrEqual(495);
});

test('backoff with jitter waits at least half of what exponential would', async () => {
  const [first = 0, second = 0, third = 0] = await delays('jitter');
  expect(first).toBeGreaterThanOrEqual(95);
  expect(second).toBeGreaterThanOrEqual(195);
  expect(third).toBeGreaterThanOrEqual(395);
});

test('backoff `none` waits the same each time', async () => {
  for (const delay of await delays('none')) expect(delay).toBeGreaterThanOrEqual(195);
});

test('a code that the policy excepts is not tried again', async () => {
  const ledger = join(live.dataDir, `${randomUUID()}.jsonl`);
  const run = await live.start(one(flaky, { retry: { except: ['E_FATAL'] }, options: { code: 'E_FATAL', ledger } }), {
    n: 1,
  });
  expect((await run.failure()).error).toMatchObject({ code: 'E_FATAL', attempt: 1 });
  expect(readLedger(ledger)).toHaveLength(1);
});

test('while it waits for its next attempt, attempt and last failure are in the pending activities', async () => {
  const retry = { attempts: 3, backoff: 'linear', initial: '30s' } as const;
  const run = await live.start(one(flaky, { retry }), { n: 1 });
  await expect.poll(async () => (await live.pending(run))[0]?.attempt).toBe(2);
  const [pending] = await live.pending(run);
  expect(pending).toMatchObject({ activityId: 'node', lastFailure: { message: 'attempt 1 failed' } });
});
