import type { BenchValue } from '../steps.js';

export async function count({ n, text }: BenchValue): Promise<BenchValue> {
  return { n: n + 1, text };
}
