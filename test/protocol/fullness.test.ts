import { expect, test } from 'vitest';
import { fullness, MOST_EVENTS } from '../../src/protocol/fullness.js';

test('a history is filling up when the server suggests to continue, or at the limit of the link', () => {
  expect(fullness(100, false)).toBeUndefined();
  expect(fullness(100, true)).toBe('filling');
  expect(fullness(49, false, { events: 50 })).toBeUndefined();
  expect(fullness(50, false, { events: 50 })).toBe('filling');
});

test('at 40,000 events it is full, whatever else holds', () => {
  expect(fullness(MOST_EVENTS - 1, true)).toBe('filling');
  expect(fullness(MOST_EVENTS, false)).toBe('exhausted');
  expect(MOST_EVENTS).toBe(40_000);
});
