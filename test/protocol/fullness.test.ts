import { expect, test } from 'vitest';
import { fullness, MOST_BYTES, MOST_EVENTS } from '../../src/protocol/fullness.js';

const few = { events: 49, bytes: 10_000, suggested: false };

test('a history is filling up when the server suggests to continue, or at the limit of the link', () => {
  expect(fullness(few)).toBeUndefined();
  expect(fullness({ ...few, suggested: true })).toBe('filling');
  expect(fullness(few, { events: 50 })).toBeUndefined();
  expect(fullness({ ...few, events: 50 }, { events: 50 })).toBe('filling');
});

test('at 40,000 events or 40 MB it is full, whatever else holds', () => {
  const nearly = { events: MOST_EVENTS - 1, bytes: MOST_BYTES - 1, suggested: true };
  expect(fullness(nearly)).toBe('filling');
  expect(fullness({ ...nearly, events: MOST_EVENTS })).toBe('exhausted');
  expect(fullness({ ...few, bytes: MOST_BYTES })).toBe('exhausted');
  expect([MOST_EVENTS, MOST_BYTES]).toEqual([40_000, 41_943_040]);
});
