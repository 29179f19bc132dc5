import { setTimeout as wait } from 'node:timers/promises';
import { VALUE, type BenchValue } from './steps.js';

/** Yields values of 1 KB that say when, one every `ms` milliseconds or, with 0, as fast as they are asked for. */
export async function* yielded(count: number, ms = 0): AsyncGenerator<BenchValue, void> {
  for (let k = 0; k < count; k += 1) {
    if (k > 0 && ms > 0) await wait(ms);
    yield { ...VALUE, n: Date.now() };
  }
}
