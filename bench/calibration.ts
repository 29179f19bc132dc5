import type { nothing } from './hand-written/workflows.js';
import { median, timed } from './measure.js';
import { QUEUES, type Rig } from './rig.js';

/** How fast the machine is just now, in milliseconds: what does not change between rounds should not differ between them. */
export interface Calibration {
  /** A fixed loop of this process. */
  readonly loop: number;
  /** Start to result of a workflow that does nothing. */
  readonly roundTrip: number;
}

const KINDS = ['loop', 'roundTrip'] as const;
const LOOPS = 5;
const ROUND_TRIPS = 20;
/** The most by which the end of a round may differ from its beginning, and either from the median of all. */
const MOST_WITHIN = 0.15;
const MOST_AROUND = 0.25;

export async function calibrate({ client }: Rig): Promise<Calibration> {
  const [loops, trips]: [number[], number[]] = [[], []];
  for (let k = 0; k < LOOPS; k += 1) loops.push(await timed(loop));
  for (let k = 0; k < ROUND_TRIPS; k += 1) {
    const options = { taskQueue: QUEUES.hand, workflowId: `nothing-${crypto.randomUUID()}`, args: [] as [] };
    trips.push(await timed(() => client.workflow.execute<typeof nothing>('nothing', options)));
  }
  return { loop: median(loops), roundTrip: median(trips) };
}

/** What makes a round noisy, in words; `all` are the calibrations so far, its own included. */
export function noiseOf(before: Calibration, after: Calibration, all: readonly Calibration[]): string | undefined {
  for (const kind of KINDS) {
    const usual = median(all.map(each => each[kind]));
    const [from, to] = [before[kind], after[kind]];
    const told = `${kind}: ${from.toFixed(1)} ms before, ${to.toFixed(1)} after, ${usual.toFixed(1)} usually`;
    if (apart(from, to) > MOST_WITHIN) return told;
    if (Math.max(apart(from, usual), apart(to, usual)) > MOST_AROUND) return told;
  }
  return undefined;
}

const apart = (a: number, b: number): number => Math.max(a, b) / Math.min(a, b) - 1;

function loop(): number {
  let state = 1;
  for (let k = 0; k < 20_000_000; k += 1) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  return state;
}
