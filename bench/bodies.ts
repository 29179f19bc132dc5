/** A step for each item of a list or a stream, beside a fan-out of activities with the same payloads and concurrency. */
import type { Bench, Case } from './bench.js';
import { eachOfList, eachOfStream } from './body-graphs.js';
import { compareCases } from './compare-cases.js';
import { NAMES, type Side } from './costs.js';
import type { eachOfList as handEach } from './hand-written/bodies.js';
import { asGraph, byHand, type OneRun } from './one-run.js';
import { itemsOf, sampleBodies } from './sample-bodies.js';
import { VALUE } from './steps.js';

/** Bodies at once. */
const CONCURRENCY = 100;

export async function measureBodies(bench: Bench): Promise<void> {
  const { options } = bench;
  if (options.only.has('bodies')) await compareCases(bench, 'bodies', casesOf(options.quick ? 50 : 500));
}

function casesOf(count: number): readonly Case[] {
  const list = Array.from({ length: count }, (_, n) => ({ ...VALUE, n }));
  const caseOf = (side: Side, from: string, run: OneRun): Case => ({
    name: `a step for each of ${count} items`,
    side: `${NAMES[side]}, ${from}`,
    sample: async rig => (await sampleBodies(rig, { side, run, count, countOf: itemsOf })).sample,
  });
  return [
    caseOf('hand', 'of a list', byHand<typeof handEach>('eachOfList', [list, CONCURRENCY])),
    caseOf('graph', 'of a list', asGraph(eachOfList(CONCURRENCY), { list })),
    caseOf('graph', 'of a stream', asGraph(eachOfStream(CONCURRENCY), { count, ms: 0 })),
  ];
}
