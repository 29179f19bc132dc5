import { expect, test } from 'vitest';
import type { EngineEvent } from '../../src/engine/event.js';
import { FULL, fullness, MOST, UpdateCount, UPDATES } from '../../src/protocol/fullness.js';

const few = { events: 49, bytes: 10_000, updates: 0, suggested: false };
const FILLING = { kind: 'filling' };

test('a history is filling up when the server suggests to continue, or at the limit of the link', () => {
  expect(fullness(few)).toBeUndefined();
  expect(fullness({ ...few, suggested: true })).toEqual(FILLING);
  expect(fullness(few, { events: 50 })).toBeUndefined();
  expect(fullness({ ...few, events: 50 }, { events: 50 })).toEqual(FILLING);
});

test('at 20,000 events or 20 MB it is full, or where the link says so', () => {
  const nearly = { ...few, events: FULL.events - 1, bytes: FULL.bytes - 1, suggested: true };
  expect(fullness(nearly)).toEqual(FILLING);
  expect(fullness({ ...nearly, events: FULL.events })).toEqual({ kind: 'full', within: 30_000 });
  expect(fullness({ ...few, bytes: FULL.bytes })).toEqual({ kind: 'full', within: 30_000 });
  expect(fullness(few, { events: 9, full: { events: 49, within: 5 } })).toEqual({ kind: 'full', within: 5 });
  expect([FULL.events, FULL.bytes]).toEqual([20_000, 20_971_520]);
});

test('updates fill it as well, well before the server takes no more', () => {
  expect(fullness({ ...few, updates: 899 })).toBeUndefined();
  expect(fullness({ ...few, updates: 900 })).toEqual(FILLING);
  expect(fullness({ ...few, updates: 1199 })).toEqual(FILLING);
  expect(fullness({ ...few, updates: 1200 })).toEqual({ kind: 'full', within: 30_000 });
  expect(fullness({ ...few, updates: 3 }, { events: 1000, updates: 3 })).toEqual({ kind: 'full', within: 30_000 });
  expect(UPDATES.most).toBeLessThan(2000);
});

test('at 40,000 events or 40 MB it takes no more, whatever else holds', () => {
  const limits = { events: 1, full: { events: 1, within: 1 } };
  expect(fullness({ ...few, events: MOST.events }, limits)).toEqual({ kind: 'exhausted' });
  expect(fullness({ ...few, bytes: MOST.bytes })).toEqual({ kind: 'exhausted' });
  expect([MOST.events, MOST.bytes]).toEqual([40_000, 41_943_040]);
});

test('updates fill a link from the first on that a stream has sent, with all that came before', () => {
  const count = new UpdateCount();
  const paused: EngineEvent = { at: 0, kind: 'paused' };
  count.add(paused);
  count.add(paused);
  expect([count.total, count.filling]).toEqual([2, 0]);
  count.add({ at: 0, kind: 'yielded', exec: 1, attempt: 1, first: 0, items: [] });
  expect([count.total, count.filling]).toEqual([3, 3]);
  count.add(paused);
  expect([count.total, count.filling]).toEqual([4, 4]);
});
