import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { STATUS_ATTRIBUTE } from '../../src/protocol/names.js';
import { forked, one } from './fixtures/graphs.js';
import { readLedger } from './fixtures/ledger.js';
import { deaf, flaky, inc, refuses, steps, wrong, wrongShape } from './fixtures/steps.js';
import { Live } from './harness.js';

const live = Live.use({ steps });
const ledgerFile = (): string => join(live.dataDir, `${randomUUID()}.jsonl`);

test('a step that throws is tried again by policy, then fails the run with its code, attempt and stack', async () => {
  const ledger = ledgerFile();
  const run = await live.start(one(flaky, { options: { ledger } }), { n: 7 });
  const { error } = await run.failure();
  expect(error).toMatchObject({
    code: 'E_FLAKY',
    message: 'attempt 3 failed',
    address: 'node',
    attempt: 3,
    details: { tried: 7 },
  });
  expect(error.stack).toContain('fixtures/steps.ts');
  expect(await run.status()).toBe('FAILED');
  expect(readLedger(ledger).map(entry => entry.attempt)).toEqual([1, 2, 3]);
  expect(new Set(readLedger(ledger).map(entry => entry.key)).size).toBe(1);
});

test('OI-18: a step that says no fails at once, with its reason and its address', async () => {
  const ledger = ledgerFile();
  const run = await live.start(one(refuses, { options: { ledger } }), { n: 7 });
  const { error } = await run.failure();
  expect(error).toMatchObject({
    code: 'too_small',
    message: '7 is too small',
    address: 'node',
    details: { least: 10 },
  });
  expect(readLedger(ledger)).toHaveLength(1);
});

test('an attempt that takes too long fails with `timeout`', async () => {
  const run = await live.start(one(deaf, { timeout: '300ms', options: { ms: 3000 } }), { n: 1 });
  const { error } = await run.failure();
  expect(error).toMatchObject({ code: 'timeout', address: 'node' });
  expect(error.message).toContain('300 ms');
});

test.each([
  ['nan', 'not_json', 'output "n"'],
  ['map', 'not_json', 'deep'],
  ['extra', 'invalid_output', 'output "m"'],
] as const)(
  'a step that returns what is no value (%s) fails with %s and the path, untried again',
  async (how, code, path) => {
    const run = await live.start(one(wrong, { options: { how } }), { n: 1 });
    const { error } = await run.failure();
    expect(error).toMatchObject({ code, address: 'node', attempt: 1 });
    expect(error.message).toContain(path);
  },
);

test.each([{ nothing: false }, { nothing: true }])(
  'a step that returns the wrong shape (%o) fails with `invalid_output`, naming the port',
  async options => {
    const { error } = await (await live.start(one(wrongShape, { options }), { n: 1 })).failure();
    expect(error).toMatchObject({ code: 'invalid_output', address: 'node' });
    expect(error.message).toContain('output "n"');
  },
);

test('what ran before the failure is in the partial results, and every failure is listed', async () => {
  const { failures, error, outputs } = await (await live.start(forked(refuses), { n: 1 })).failure();
  expect(outputs['good']).toMatchObject({ inline: 2 });
  expect(outputs).not.toHaveProperty('bad');
  expect(failures).toEqual([error]);
});

test('under `continue` a failed branch leaves its sibling alone, and the run is marked as completed with errors', async () => {
  const run = await live.start(forked(refuses, { optional: true }), { n: 1 }, { onFailure: 'continue' });
  expect(await run.result()).toEqual({ good: 2 });
  const { searchAttributes } = await run.handle.describe();
  expect(searchAttributes[STATUS_ATTRIBUTE]).toEqual(['completed_with_errors']);
});

test('OI-20: a run without a required input fails with `missing_input` before any step runs', async () => {
  const graph = one(inc);
  const run = await live.start({ ...graph, in: {} });
  expect((await run.failure()).error).toMatchObject({ code: 'missing_input', address: '$in.n' });
  expect((await run.history()).count('ActivityTaskScheduled')).toBe(0);
});
