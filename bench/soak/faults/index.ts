/** Kills workers, servers and services at points that have names, while several runs go on over one server. */
import { createRandom, hash } from '../../../test/engine/random.js';
import type { Closer } from '../../closer.js';
import { POINTS, type Point } from './points.js';
import { Rig } from './rig.js';
import { strike } from './strike.js';

/** Kills that count, at each point, at full size. */
const KILLS = 11;
/** Runs at once. */
const AT_ONCE = 4;
/** Runs for one kill until it strikes where it is meant to. */
const TRIES = 5;

/** What came of the kills at one point. */
interface Row {
  readonly point: Point;
  kills: number;
  /** That struck elsewhere: they don't count. */
  missed: number;
  /** Of the runs that were struck. */
  links: number;
  problems: number;
}

interface Kill {
  readonly row: Row;
  readonly seed: number;
}

/** Gives whether all kills have struck and nothing was found. */
export async function soakFaults(scale: number, seed: number, closer: Closer): Promise<boolean> {
  const each = Math.max(1, Math.round(KILLS * scale));
  const rows: readonly Row[] = POINTS.map(point => ({ point, kills: 0, missed: 0, links: 0, problems: 0 }));
  const sum = (of: 'kills' | 'problems'): number => rows.reduce((total, row) => total + row[of], 0);
  const open = shuffled(
    rows.flatMap(row => Array.from({ length: each }, (_, k) => ({ row, seed: hash(seed, row.point.name, k) }))),
    seed,
  );
  const since = Date.now();
  const rig = await Rig.open(closer, () => sum('problems') > 0);
  const killAll = async (queue: string): Promise<void> => {
    for (let next = open.shift(); next && !closer.isClosing; next = open.shift()) await killOnce(rig, queue, next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, k) => killAll(`faults-${k}`)));
  const [kills, problems, seconds] = [sum('kills'), sum('problems'), Math.round((Date.now() - since) / 1000)];
  const points = rows.map(({ point, ...row }) => ({ point: point.name, ...row }));
  console.log(JSON.stringify({ name: 'faults', seed, kills, problems, seconds, points }));
  process.stderr.write(tableText(rows));
  return problems === 0 && kills === rows.length * each;
}

/** Until one has struck. */
async function killOnce(rig: Rig, queue: string, { row, seed }: Kill): Promise<void> {
  for (let k = 0; k < TRIES; k += 1) {
    const since = Date.now();
    const { run, isStruck, links, problems } = await strike(rig, row.point, queue, hash(seed, k));
    const seconds = Math.round((Date.now() - since) / 1000);
    process.stderr.write(`${run}: ${isStruck ? 'struck' : 'missed'}, ${links} links, ${seconds} s\n`);
    for (const problem of problems) process.stderr.write(`${run}: ${problem}\n`);
    row.links += links;
    row.problems += problems.length;
    if (isStruck) row.kills += 1;
    else row.missed += 1;
    if (isStruck) return;
  }
}

function shuffled<T>(all: readonly T[], seed: number): T[] {
  const random = createRandom(seed);
  const drawn = all.map(value => ({ value, at: random.below(2 ** 32) }));
  return drawn.toSorted((a, b) => a.at - b.at).map(({ value }) => value);
}

function tableText(rows: readonly Row[]): string {
  const line = (...[point, ...cells]: readonly (string | number)[]): string =>
    `${String(point).padEnd(30)}${cells.map(cell => String(cell).padStart(10)).join('')}\n`;
  const lines = rows.map(({ point, kills, missed, links, problems }) =>
    line(point.name, kills, missed, links, problems),
  );
  return [line('point', 'kills', 'missed', 'links', 'problems'), ...lines].join('');
}
