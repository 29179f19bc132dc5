/** What the service adds to a call: over HTTP and directly by the client, one after the other. */
import { setTimeout as wait } from 'node:timers/promises';
import { compile } from '../src/plan/compile.js';
import { inRounds, type Bench } from './bench.js';
import { chain, layered, resting } from './graphs.js';
import { median, quantile, spread, timed } from './measure.js';
import { QUEUES, type Rig } from './rig.js';
import { startBenchService, type BenchService } from './service.js';
import { VALUE } from './steps.js';

/** One call in both ways. */
interface Call {
  readonly name: string;
  readonly direct: () => Promise<unknown>;
  readonly http: () => Promise<unknown>;
}
interface Times {
  readonly direct: readonly number[];
  readonly http: readonly number[];
}

const SIDES = ['direct', 'http'] as const;

export async function measureHttp(bench: Bench): Promise<void> {
  if (!bench.options.only.has('http')) return;
  const service = await startBenchService(bench.rig);
  const calls = await callsOf(bench.rig, service);
  const times = bench.options.quick ? 5 : 100;
  for (const call of calls) await measureCall(call, times);
  const rounds = await inRounds(bench, 'http', async () => {
    const round = new Map<Call, Times>();
    for (const call of calls) round.set(call, await measureCall(call, times));
    return round;
  });
  for (const call of calls)
    reportCall(
      bench,
      call,
      rounds.flatMap(round => round.get(call) ?? []),
    );
}

/** Who goes first alternates. */
async function measureCall({ direct, http }: Call, times: number): Promise<Times> {
  const took = { direct: [] as number[], http: [] as number[] };
  for (let k = 0; k < times; k += 1) {
    for (const side of k % 2 === 0 ? SIDES : SIDES.toReversed()) {
      took[side].push(await timed(side === 'direct' ? direct : http));
    }
  }
  return took;
}

/** A start is measured alone: nobody works on the queue of those runs. Views are of runs that were read before. */
async function callsOf(rig: Rig, service: BenchService): Promise<readonly Call[]> {
  const { espalier } = rig;
  const small = chain(3);
  const plan = compile(small.document);
  await service.register(small);
  const ended = await espalier.start(layered(10, 10), { input: { value: VALUE } });
  await ended.result();
  const running = await espalier.start(resting, { input: { value: VALUE } });
  while ((await running.view()).nodes.at(-1)?.state !== 'running') await wait(50);
  const view = (name: string, run: typeof running | typeof ended): Call => ({
    name,
    direct: () => run.view(),
    http: () => service.get(`/runs/${run.id}`),
  });
  return [
    {
      name: 'start of a run of 3 steps',
      direct: () => espalier.start(plan, { input: { value: VALUE }, taskQueue: QUEUES.nobody }),
      http: () => service.start(small, { taskQueue: QUEUES.nobody }),
    },
    view('view of a running run of 4 nodes', running),
    view('view of an ended run of 100 nodes', ended),
  ];
}

function reportCall({ report }: Bench, { name }: Call, rounds: readonly Times[]): void {
  const of = (side: (typeof SIDES)[number]): readonly number[] => rounds.flatMap(round => round[side]);
  const added = rounds.map(({ direct, http }) => median(http) - median(direct));
  for (const side of SIDES) {
    report.add({
      part: 'http',
      bench: name,
      side,
      ms: { ...spread(of(side)), p99: quantile(of(side), 0.99) },
      ...(side === 'http' && {
        figures: { addedMs: median(added) },
        ratio: { ms: median(of('http')) / median(of('direct')) },
      }),
    });
  }
}
