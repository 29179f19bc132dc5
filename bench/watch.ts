/** How late frames are with those who watch runs over HTTP, each run watched by one, and whether one is missed. */
import { setTimeout as wait } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { AnyGraph } from '../src/graph/contract.js';
import type { Frame, FrameKind } from '../src/run/run.js';
import { inRounds, type Bench } from './bench.js';
import { cpuSeconds, difference } from './cpu.js';
import { paced } from './graphs.js';
import { median, quantile, spread } from './measure.js';
import type { Figures } from './report.js';
import type { Rig } from './rig.js';
import { startBenchService, type BenchService } from './service.js';

/** A frame, and how long after its time it was here, in milliseconds. */
interface Seen {
  readonly id: string | undefined;
  readonly kind: FrameKind;
  readonly late: number;
}
interface Round {
  readonly frames: readonly Seen[];
  readonly missed: number;
  readonly repeated: number;
  readonly serviceCpu: number | undefined;
}

/** A hundred runs of steps of five seconds ask for 20 steps a second: a fraction of what a small machine can do. */
const STEP_MS = 5000;
const STEPS = 4;

export async function measureWatchers(bench: Bench): Promise<void> {
  const { options, rig } = bench;
  if (!options.only.has('watch')) return;
  const [count, steps, ms] = options.quick ? [3, 2, 100] : [100, STEPS, STEP_MS];
  const graph = paced(steps, ms);
  const service = await startBenchService(rig);
  await service.register(graph);
  const name = `${count} watchers of ${count} runs`;
  const rounds = await inRounds(bench, name, () => watchAll(bench, service, graph, { count, gap: ms / count }));
  await service.stop();
  reportRounds(bench, name, rounds);
}

/** Starts a run every `gap` milliseconds, so that they do not all want the machine at the same moment. */
async function watchAll(
  { rig }: Bench,
  service: BenchService,
  graph: AnyGraph,
  { count, gap }: { readonly count: number; readonly gap: number },
): Promise<Round> {
  const before = await cpuSeconds(service.pid);
  const watched = await Promise.all(
    Array.from({ length: count }, async (_, k) => {
      await wait(k * gap);
      const run = await service.start(graph);
      return { run, seen: await watch(service, run) };
    }),
  );
  const serviceCpu = difference(await cpuSeconds(service.pid), before);
  const lost = await Promise.all(watched.map(({ run, seen }) => compare(rig, run, seen)));
  return {
    frames: watched.flatMap(({ seen }) => seen),
    missed: lost.reduce((sum, { missed }) => sum + missed, 0),
    repeated: lost.reduce((sum, { repeated }) => sum + repeated, 0),
    serviceCpu,
  };
}

/** Every frame of a run, until the last one. Those from before it was watched are not late, whenever they come. */
async function watch({ url }: BenchService, run: string): Promise<readonly Seen[]> {
  const since = Date.now();
  const response = await fetch(`${url}/runs/${run}/events`, { headers: { accept: 'text/event-stream' } });
  if (!response.ok || !response.body) throw new Error(`${response.url} answered ${response.status}`);
  const seen: Seen[] = [];
  const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { id, data } of events) {
    const frame = JSON.parse(data) as Frame;
    seen.push({ id, kind: frame.kind, late: Date.now() - Math.max(frame.time, since) });
    if (frame.kind === 'ended') break;
  }
  return seen;
}

/** What was seen beside all that there is to see afterwards. */
async function compare({ espalier }: Rig, run: string, seen: readonly Seen[]) {
  const ids = seen.flatMap(({ id }) => id ?? []);
  const all: string[] = [];
  for await (const { id } of espalier.run(run).watch()) if (id !== undefined) all.push(id);
  const known = new Set(ids);
  return { missed: all.filter(id => !known.has(id)).length, repeated: ids.length - known.size };
}

/** Frames with an id are what a history says. One of another kind may be a second late: its like is asked for every second. */
function reportRounds({ report }: Bench, bench: string, rounds: readonly Round[]): void {
  const frames = rounds.flatMap(round => round.frames);
  const recorded = frames.filter(({ id }) => id !== undefined);
  const sum = (of: (round: Round) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  const cpu = rounds.flatMap(({ serviceCpu }) => serviceCpu ?? []);
  const add = (side: string, some: readonly Seen[], figures: Figures = {}): void => {
    const late = some.map(each => each.late);
    if (late.length === 0) return;
    const ms = { ...spread(late), p99: quantile(late, 0.99) };
    report.add({ part: 'watchers', bench, side, ms, figures: { seen: late.length, ...figures } });
  };
  add('frames', recorded, {
    missed: sum(({ missed }) => missed),
    repeated: sum(({ repeated }) => repeated),
    serviceCpuSecondsPerRound: cpu.length > 0 ? median(cpu) : undefined,
  });
  for (const kind of new Set(recorded.map(each => each.kind))) {
    const ofKind = recorded.filter(each => each.kind === kind);
    add(`of them ${kind}`, ofKind);
  }
  add(
    'live frames',
    frames.filter(({ id }) => id === undefined),
  );
}
