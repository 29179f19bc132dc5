/** The shapes as an expert would write them by hand. */
import type { BenchValue } from '../steps.js';
import { count } from './proxies.js';

export * from './bodies.js';

/** Does nothing: what a round trip costs. */
export async function nothing(): Promise<void> {}

export async function chain(length: number, value: BenchValue): Promise<BenchValue> {
  let last = value;
  for (let k = 0; k < length; k += 1) last = await count(last);
  return last;
}

/** `depth` layers of `width` steps; each reads the same place of the layer before. */
export async function layered(depth: number, width: number, value: BenchValue): Promise<BenchValue[]> {
  return Promise.all(Array.from({ length: width }, () => chain(depth, value)));
}
