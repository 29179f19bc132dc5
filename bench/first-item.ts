/** How long after its yield the step of an item begins, of the first item and of those behind it, while the stream goes on. */
import { randomUUID } from 'node:crypto';
import { inRounds, type Bench } from './bench.js';
import { lates } from './body-graphs.js';
import { NAMES, type Side } from './costs.js';
import type { lates as handLates } from './hand-written/bodies.js';
import { quantile, spread } from './measure.js';
import { asGraph, byHand, type OneRun } from './one-run.js';
import type { Rig } from './rig.js';

/** In milliseconds: of the first items of all runs, and of all other items. */
interface Lates {
  readonly first: number[];
  readonly later: number[];
}
type Round = Readonly<Record<Side, Lates>>;

const SIDES = ['hand', 'graph'] as const;
/** Between two items, in milliseconds. */
const PACE = 20;

export async function measureFirstItem(bench: Bench): Promise<void> {
  const { options, rig } = bench;
  if (!options.only.has('first-item')) return;
  const [runs, items] = options.quick ? [2, 5] : [20, 25];
  const sides = {
    hand: byHand<typeof handLates>('lates', [items, PACE]),
    graph: asGraph(lates, { count: items, ms: PACE }),
  };
  await measureRound(rig, sides, 1);
  const rounds = await inRounds(bench, 'first item', () => measureRound(rig, sides, runs));
  for (const side of SIDES) {
    reportSide(
      bench,
      'first item of a stream',
      side,
      rounds.flatMap(round => round[side].first),
    );
    reportSide(
      bench,
      `items behind it, one in ${PACE} ms`,
      side,
      rounds.flatMap(round => round[side].later),
    );
  }
}

/** One run after another; who goes first alternates. */
async function measureRound(rig: Rig, sides: Readonly<Record<Side, OneRun>>, runs: number): Promise<Round> {
  const round: Round = { hand: { first: [], later: [] }, graph: { first: [], later: [] } };
  for (let k = 0; k < runs; k += 1) {
    for (const side of k % 2 === 0 ? SIDES : SIDES.toReversed()) {
      const { all } = (await sides[side](rig, `${side}-${randomUUID()}`)) as { readonly all: readonly number[] };
      const [first = NaN, ...later] = all;
      round[side].first.push(first);
      round[side].later.push(...later);
    }
  }
  return round;
}

function reportSide({ report }: Bench, bench: string, side: Side, took: readonly number[]): void {
  const ms = { ...spread(took), p99: quantile(took, 0.99) };
  report.add({ part: 'first item', bench, side: NAMES[side], ms, figures: { items: took.length } });
}
