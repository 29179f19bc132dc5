import { expect, test } from 'vitest';
import { executedEvent } from '../../src/protocol/executed.js';
import { CANCEL, YIELDED } from '../../src/protocol/names.js';
import { requestEvent, updateEvent } from '../../src/protocol/request.js';
import { MOST_ITEMS } from '../../src/engine/event.js';
import { yieldedProblem } from '../../src/protocol/yielded.js';
import { literal } from '../../src/value/leaf.js';

const DIGEST = 'a'.repeat(64);
const batch = {
  exec: 3,
  attempt: 1,
  first: 0,
  items: [
    [literal(1), null],
    [{ size: 9000, digest: DIGEST }, literal('x')],
  ],
};

test.each([
  ['some items', batch],
  ['none', { ...batch, items: [] }],
  ['some of a later attempt', { ...batch, attempt: 2, first: 7, before: DIGEST }],
  ['a pack', { ...batch, items: { count: 2, last: [literal(1)], lists: [{ size: 9, digest: DIGEST }] } }],
  ['a value that is a list', { ...batch, items: [[{ list: [literal(1)] }]] }],
])('%s are an event, by an update and by nothing else', (_, call) => {
  expect(updateEvent(YIELDED, 5, [call])).toEqual({ at: 5, kind: 'yielded', ...call });
  expect(requestEvent(YIELDED, 5, [call])).toBeUndefined();
});

test('other updates are what requests are', () => {
  expect(updateEvent(CANCEL, 5, ['enough'])).toEqual({ at: 5, kind: 'cancelled', reason: 'enough' });
});

test('what is no field of a batch does not get into the run', () => {
  expect(updateEvent(YIELDED, 5, [{ ...batch, extra: 1 }])).toEqual({ at: 5, kind: 'yielded', ...batch });
});

test.each([
  [undefined, /expected a batch/],
  [{ ...batch, exec: -1 }, /^exec, attempt, first/],
  [{ ...batch, attempt: '1' }, /^exec, attempt, first/],
  [{ ...batch, first: 0.5 }, /^exec, attempt, first/],
  [{ ...batch, items: undefined }, /^items/],
  [{ ...batch, items: [literal(1)] }, /^items/],
  [{ ...batch, items: [[1]] }, /^items/],
  [{ ...batch, items: { count: 0, last: [], lists: [] } }, /^items/],
  [{ ...batch, items: { count: 2, last: 1, lists: [] } }, /^items/],
  [{ ...batch, items: { count: 2, last: [], lists: [1] } }, /^items/],
  [{ ...batch, items: Array.from({ length: MOST_ITEMS + 1 }, () => []) }, /^items/],
  [{ ...batch, before: 'short' }, /^before/],
])('a batch of another form is no event, and it is said why: %j', (given, problem) => {
  expect(yieldedProblem(given)).toMatch(problem);
  expect(updateEvent(YIELDED, 5, [given])).toBeUndefined();
});

test.each([
  [{ out: {} }, { kind: 'completed', outputs: {} }],
  [
    { out: { n: literal(1) }, count: 0 },
    { kind: 'completed', outputs: { n: literal(1) }, count: 0 },
  ],
  [{ parked: true } as const, { kind: 'parked' }],
])('the end of an activity, %j, is an event', (result, event) => {
  expect(executedEvent(5, 3, result)).toEqual({ at: 5, exec: 3, ...event });
});
