import type { Espalier } from '../../src/client/espalier.js';

/** How many seconds the first and the last thousand nodes of a run took to end: whether it gets slower. */
export async function paceOf(espalier: Espalier, runId: string): Promise<{ first: number; last: number }> {
  const times: number[] = [];
  for await (const { kind, time } of espalier.run(runId).watch()) if (kind === 'completed') times.push(time);
  const seconds = (part: readonly number[]): number => ((part.at(-1) ?? NaN) - (part[0] ?? NaN)) / 1000;
  return { first: seconds(times.slice(0, 1000)), last: seconds(times.slice(-1000)) };
}
