import type { Duration } from './document.js';

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
type Unit = keyof typeof UNITS;
const WRITTEN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
/** 100 years of 365 days: longer ones are taken for mistakes, and no clock or timer overflows. */
const LONGEST = 36_500 * UNITS.d;

/**
 * Milliseconds, rounded to whole ones; undefined if it is no duration: not a number from 0 up, alone (milliseconds) or
 * with one of the units (`250ms`, `1.5h`), or longer than 100 years.
 */
export function parseDuration(duration: Duration): number | undefined {
  if (typeof duration === 'number') return within(duration);
  const [, count, unit] = WRITTEN.exec(duration) ?? [];
  return unit === undefined ? undefined : within(Number(count) * UNITS[unit as Unit]);
}

function within(milliseconds: number): number | undefined {
  return milliseconds >= 0 && milliseconds <= LONGEST ? Math.round(milliseconds) : undefined;
}

/** Whole milliseconds in the largest unit that gives a whole number: `90s`, `2h`. `parseDuration` gives them back. */
export function formatDuration(milliseconds: number): Duration {
  const units = Object.keys(UNITS) as Unit[];
  const unit =
    units.find(candidate => milliseconds >= UNITS[candidate] && milliseconds % UNITS[candidate] === 0) ?? 'ms';
  return `${milliseconds / UNITS[unit]}${unit}`;
}
