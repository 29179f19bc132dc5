import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Duration } from '../../src/document/document.js';
import { formatDuration, parseDuration } from '../../src/document/duration.js';

const YEARS_100 = 36_500 * 86_400_000;

test.each<[Duration, number]>([
  [0, 0],
  [250, 250],
  [0.4, 0],
  ['250ms', 250],
  ['30s', 30_000],
  ['1.5h', 5_400_000],
  ['5m', 300_000],
  ['2d', 172_800_000],
  ['0.0015s', 2],
  ['36500d', YEARS_100],
])('%j is %d milliseconds', (duration, milliseconds) => {
  expect(parseDuration(duration)).toBe(milliseconds);
});

test.each(['', '5', 's', '-5s', '5 s', '5S', '1e3s', '.5s', '5.s', '5m30s', '5w', '36501d', `${'9'.repeat(400)}d`])(
  '%j is no duration',
  text => {
    expect(parseDuration(text as Duration)).toBeUndefined();
  },
);

test.each([-1, NaN, Infinity, YEARS_100 + 1])('%d is no duration', milliseconds => {
  expect(parseDuration(milliseconds)).toBeUndefined();
});

test.each<[number, string]>([
  [0, '0ms'],
  [1, '1ms'],
  [1234, '1234ms'],
  [90_000, '90s'],
  [3_600_000, '1h'],
  [86_400_000, '1d'],
])('%d milliseconds are written %s', (milliseconds, written) => {
  expect(formatDuration(milliseconds)).toBe(written);
});

test('what is written reads as the same duration', () => {
  const milliseconds = fc.oneof(
    fc.nat({ max: YEARS_100 }),
    fc.nat({ max: 500 }).map(days => days * 86_400_000),
    fc.nat({ max: 500 }).map(minutes => minutes * 60_000),
  );
  fc.assert(fc.property(milliseconds, given => parseDuration(formatDuration(given)) === given));
});
