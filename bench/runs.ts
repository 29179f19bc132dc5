/** What runs cost beside workflows written by hand, on one server: in each round both sides do every shape. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { compile } from '../src/plan/compile.js';
import { historyOf } from '../test/live/history.js';
import { inRounds, type Bench } from './bench.js';
import { cpuSeconds, difference } from './cpu.js';
import { median, spread, timed } from './measure.js';
import type { Figures } from './report.js';
import { QUEUES, type Rig } from './rig.js';
import { shapes, type Shape } from './shapes.js';
import { VALUE } from './steps.js';

type Side = 'hand' | 'graph';
type Sample = Figures & { readonly ms: number };
type Pair = Readonly<Record<Side, Sample>>;

const NAMES = { hand: 'hand-written', graph: 'graph' } as const;
/** What the server and the worker still have to do after a run belongs to it: they are given this time, in milliseconds. */
const REST = 300;
/** Both sides lose a workflow task after the same time. */
const TASK_TIMEOUT = 5000;

export async function measureRuns(bench: Bench): Promise<void> {
  const { rig, options } = bench;
  const chosen = shapes(options.quick).filter(({ part }) => options.only.has(part));
  if (chosen.length === 0) return;
  bench.say('runs: warming up');
  for (const shape of chosen) await samplePair(rig, shape, 0);
  const rounds = await inRounds(bench, 'runs', async round => {
    const pairs = new Map<Shape, Pair>();
    for (const shape of chosen) pairs.set(shape, await samplePair(rig, shape, round));
    return pairs;
  });
  for (const shape of chosen)
    reportShape(
      bench,
      shape,
      rounds.flatMap(pairs => pairs.get(shape) ?? []),
    );
}

/** The order alternates from round to round. */
async function samplePair(rig: Rig, shape: Shape, round: number): Promise<Pair> {
  if (round % 2 === 0) {
    const hand = await sample(rig, shape, 'hand');
    return { hand, graph: await sample(rig, shape, 'graph') };
  }
  const graph = await sample(rig, shape, 'graph');
  return { hand: await sample(rig, shape, 'hand'), graph };
}

async function sample(rig: Rig, shape: Shape, side: Side): Promise<Sample> {
  const run = side === 'hand' ? byHand(rig, shape) : asGraph(rig, shape);
  const ids = Array.from({ length: shape.runs }, () => `${side}-${randomUUID()}`);
  const [worker, server] = [await cpuSeconds(rig.pids[side]), await cpuSeconds(rig.pids.server)];
  const ms = await timed(() => Promise.all(ids.map(run)));
  await wait(REST);
  const workerCpuSeconds = difference(await cpuSeconds(rig.pids[side]), worker);
  const serverCpuSeconds = difference(await cpuSeconds(rig.pids.server), server);
  const histories = await Promise.all(ids.map(id => historyOf(rig.client, id)));
  const perStep = (each: (history: (typeof histories)[number]) => number): number =>
    histories.reduce((sum, history) => sum + each(history), 0) / shape.steps;
  return {
    ms,
    workerCpuSeconds,
    serverCpuSeconds,
    eventsPerStep: perStep(({ events }) => events.length),
    tasksPerStep: perStep(history => history.count('WorkflowTaskCompleted')),
    bytesPerStep: perStep(({ bytes }) => bytes),
  };
}

function byHand({ client }: Rig, { byHand: { type, args } }: Shape) {
  const options = { taskQueue: QUEUES.hand, workflowTaskTimeout: TASK_TIMEOUT, args: [...args] };
  return (workflowId: string): Promise<unknown> => client.workflow.execute(type, { ...options, workflowId });
}

function asGraph({ espalier }: Rig, { graph }: Shape) {
  const plan = compile(graph.document);
  return async (id: string): Promise<unknown> => (await espalier.start(plan, { id, input: { value: VALUE } })).result();
}

function reportShape({ report }: Bench, shape: Shape, pairs: readonly Pair[]): void {
  for (const side of ['hand', 'graph'] as const) {
    const samples = pairs.map(pair => pair[side]);
    const { ms: _, ...figures } = overRounds(samples);
    report.add({
      part: 'runs',
      bench: shape.name,
      side: NAMES[side],
      ms: spread(samples.map(({ ms }) => ms)),
      figures,
      ...(side === 'graph' && { ratio: overRounds(pairs.map(ratioOf)) }),
    });
  }
}

function ratioOf({ hand, graph }: Pair): Figures {
  return Object.fromEntries(Object.entries(graph).map(([name, figure]) => [name, quotient(figure, hand[name])]));
}

/** The median of each figure. */
function overRounds(rounds: readonly Figures[]): Figures {
  const names = Object.keys(rounds[0] ?? {});
  const known = (name: string): number[] => rounds.flatMap(figures => figures[name] ?? []);
  return Object.fromEntries(names.map(name => [name, known(name).length > 0 ? median(known(name)) : undefined]));
}

/** CPU that is less than a tick gives none. */
const quotient = (of: number | undefined, to: number | undefined): number | undefined =>
  of === undefined || to === undefined || to === 0 ? undefined : of / to;
