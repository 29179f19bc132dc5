/** How long compile takes (document to plan, hash included) and what its plan weighs, next to graphology-dag. */
import { totalmem } from 'node:os';
import { inRounds, type Bench } from './bench.js';
import { startChild } from './children.js';
import type { CompileCost, CompileTask } from './compile-child.js';
import { median, spread } from './measure.js';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const SIDES = ['graphology-dag', 'compile'] as const;
/** The most that one process may take, in milliseconds, and half of the machine's memory. */
const LIMIT = 60_000;
const HEAP = `--max-old-space-size=${Math.floor(totalmem() / 2 ** 21)}`;

export async function measureCompile(bench: Bench): Promise<void> {
  if (!bench.options.only.has('compile')) return;
  for (const size of bench.options.quick ? SIZES.slice(0, 1) : SIZES) await measureSize(bench, size);
}

async function measureSize(bench: Bench, size: number): Promise<void> {
  const name = `compile ${size.toLocaleString('en')} nodes`;
  // A million nodes take their time: one round has to do.
  const options = size >= 1_000_000 ? { ...bench.options, rounds: 1 } : bench.options;
  const rounds = await inRounds({ ...bench, options }, name, async () => {
    const costs = new Map<string, CompileCost>();
    for (const side of SIDES) {
      const cost = await costOf(bench, { side, size, ...timesOf(size) });
      if (cost) costs.set(side, cost);
    }
    return costs;
  });
  const usual = new Map(SIDES.map(side => [side, rounds.flatMap(costs => costs.get(side)?.ms ?? [])]));
  for (const side of SIDES) {
    const ms = usual.get(side) ?? [];
    if (ms.length === 0) continue;
    const other = usual.get('graphology-dag') ?? [];
    bench.report.add({
      part: 'compile',
      bench: name,
      side,
      ms: spread(ms),
      figures: {
        nanosecondsPerNode: (median(ms) * 1e6) / size,
        heapBytesPerNode: median(rounds.flatMap(costs => costs.get(side)?.heapBytes ?? [])) / size,
      },
      ...(side === 'compile' && other.length > 0 && { ratio: { ms: median(ms) / median(other) } }),
    });
  }
}

const timesOf = (size: number): Pick<CompileTask, 'times' | 'warmUp'> =>
  size >= 1_000_000 ? { times: 1, warmUp: 0 } : size >= 100_000 ? { times: 3, warmUp: 1 } : { times: 15, warmUp: 10 };

/** Undefined, and said so, when it takes too long or too much. */
async function costOf({ rig, say }: Bench, task: CompileTask): Promise<CompileCost | undefined> {
  try {
    const child = await startChild<CompileCost>('./compile-child.ts', task, rig.closer, {
      node: ['--expose-gc', HEAP],
      limit: LIMIT,
    });
    await child.stop();
    return child.told;
  } catch (error) {
    say(`${task.side} of ${task.size} nodes: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
