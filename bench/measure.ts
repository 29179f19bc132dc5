/** The middle and the ends of what was measured. */
export interface Spread {
  readonly p50: number;
  readonly min: number;
  readonly max: number;
}

export const spread = (numbers: readonly number[]): Spread => ({
  p50: median(numbers),
  min: Math.min(...numbers),
  max: Math.max(...numbers),
});

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

/** The smallest of the numbers that a share of `q` (0 to 1) is not above; NaN of none. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
}

/** How long it takes, in milliseconds. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
