import { expect, test } from 'vitest';
import { TimeTable } from '../../src/run/times.js';

test('a stream that is executed again, after it was parked, counts its attempts anew', () => {
  const times = new TimeTable();
  times.scheduled('numbers', 1, 10);
  times.started('numbers', 1, 2, 20);
  times.ended('numbers', 1, 30);
  times.scheduled('numbers', 1, 40);
  expect(times.of('numbers', 1)).toEqual({ generation: 1, attempts: 0, scheduledAt: 10 });
  times.started('numbers', 1, 1, 50);
  expect(times.of('numbers', 1)).toEqual({ generation: 1, attempts: 1, scheduledAt: 10, startedAt: 50 });
});
