/** What every part of the benchmark is given, and how it repeats what it measures. */
import { calibrate, noiseOf, type Calibration } from './calibration.js';
import { mediansOf } from './figures.js';
import { spread } from './measure.js';
import type { Options } from './options.js';
import type { Figures, Report } from './report.js';
import type { Rig } from './rig.js';

export interface Bench {
  readonly rig: Rig;
  readonly options: Options;
  readonly report: Report;
  readonly say: (message: string) => void;
}

/**
 * Calls `measure` once a round, with 0, 1, … for rounds that count. One whose calibrations differ is done again, as long as
 * no more than as many rounds as asked for have been; after that noisy ones count too, and the report says how many.
 */
export async function inRounds<T>(
  bench: Bench,
  name: string,
  measure: (round: number) => Promise<T>,
): Promise<readonly T[]> {
  const { rig, options, say } = bench;
  const mostRepeats = options.quick ? 0 : options.rounds;
  const all: Calibration[] = [];
  const counted: T[] = [];
  let [repeats, noisy] = [0, 0];
  while (counted.length < options.rounds) {
    say(`${name}: round ${counted.length + 1} of ${options.rounds}`);
    const before = await calibrate(rig);
    const measured = await measure(counted.length);
    const after = await calibrate(rig);
    all.push(before, after);
    const noise = noiseOf(before, after, all);
    if (noise !== undefined) say(`${name}: noisy (${noise})`);
    if (noise !== undefined && repeats < mostRepeats) {
      repeats += 1;
      continue;
    }
    if (noise !== undefined) noisy += 1;
    counted.push(measured);
  }
  reportCalibration(bench, name, all, { rounds: counted.length, repeats, noisy });
  return counted;
}

/** One thing to be measured: a figure besides its time stands under its own name. */
export interface Case {
  readonly name: string;
  readonly side: string;
  readonly sample: (rig: Rig) => Promise<Sample>;
}
export interface Sample extends Figures {
  readonly ms: number;
}

/** All cases of a part once each round, after one that does not count. Gives the samples of each case. */
export async function sampleCases(bench: Bench, part: string, cases: readonly Case[]): Promise<readonly Sample[][]> {
  bench.say(`${part}: warming up`);
  for (const { sample } of cases) await sample(bench.rig);
  const rounds = await inRounds(bench, part, async () => {
    const samples: Sample[] = [];
    for (const { sample } of cases) samples.push(await sample(bench.rig));
    return samples;
  });
  return cases.map((_, k) => rounds.flatMap(round => round[k] ?? []));
}

/** The median of each figure but the time. */
export function figuresOf(samples: readonly Sample[]): Figures {
  const { ms: _, ...figures } = mediansOf(samples);
  return figures;
}

interface Rounds {
  readonly rounds: number;
  readonly repeats: number;
  /** Of those that count. */
  readonly noisy: number;
}

function reportCalibration({ report }: Bench, bench: string, all: readonly Calibration[], rounds: Rounds): void {
  for (const [side, kind] of [
    ['CPU loop', 'loop'],
    ['round trip', 'roundTrip'],
  ] as const) {
    report.add({ part: 'calibration', bench, side, ms: spread(all.map(each => each[kind])), figures: { ...rounds } });
  }
}
