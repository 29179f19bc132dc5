/** A loop with one step for each iteration, whose condition the workflow itself asks, beside one written by hand. */
import { tsToMs } from '@temporalio/common/lib/time.js';
import type { History } from '../test/live/history.js';
import type { Bench, Case, Sample } from './bench.js';
import { counted } from './body-graphs.js';
import { compareCases } from './compare-cases.js';
import { NAMES, type Side } from './costs.js';
import type { counted as handCounted } from './hand-written/bodies.js';
import { asGraph, byHand, type OneRun } from './one-run.js';
import type { Rig } from './rig.js';
import { sampleBodies } from './sample-bodies.js';
import { VALUE, type BenchValue } from './steps.js';

export async function measureLoop(bench: Bench): Promise<void> {
  const { options } = bench;
  if (options.only.has('loop')) await compareCases(bench, 'loop', casesOf(options.quick ? 50 : options.iterations));
}

function casesOf(count: number): readonly Case[] {
  const caseOf = (side: Side, run: OneRun): Case => ({
    name: `loop of ${count}`,
    side: NAMES[side],
    sample: rig => sampleLoop(rig, { side, run, count }),
  });
  return [
    caseOf('hand', byHand<typeof handCounted>('counted', [VALUE, count])),
    caseOf('graph', asGraph(counted, { value: { ...VALUE }, until: count })),
  ];
}

/** Milliseconds for an iteration of the first tenth, half and all of them: the same, if the past of a loop costs nothing. */
async function sampleLoop(
  rig: Rig,
  wanted: { readonly side: Side; readonly run: OneRun; readonly count: number },
): Promise<Sample> {
  const { count } = wanted;
  const countOf = (result: unknown): number => (result as { readonly value: BenchValue }).value.n;
  const { sample, links } = await sampleBodies(rig, { ...wanted, countOf });
  const ends = links.flatMap(link => link.of('ActivityTaskCompleted')).map(timeOf);
  const begin = timeOf(links[0]?.events[0]);
  const msEach = (iterations: number): number => ((ends[iterations - 1] ?? NaN) - begin) / iterations;
  return {
    ...sample,
    msEachOfTenth: msEach(count / 10),
    msEachOfHalf: msEach(count / 2),
    msEachOfAll: msEach(count),
    mostEventsOfLink: Math.max(...links.map(({ events }) => events.length)),
  };
}

const timeOf = (event: History['events'][number] | undefined): number => tsToMs(event?.eventTime);
