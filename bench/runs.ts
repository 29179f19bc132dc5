/** What runs cost beside workflows written by hand, on one server: in each round both sides do every shape. */
import { randomUUID } from 'node:crypto';
import { historyOf } from '../test/live/history.js';
import { inRounds, type Bench } from './bench.js';
import { costsOf, NAMES, type Side } from './costs.js';
import { mediansOf, ratioOf } from './figures.js';
import { spread } from './measure.js';
import { asGraph, byHand } from './one-run.js';
import type { Figures } from './report.js';
import type { Rig } from './rig.js';
import { shapes, type Shape } from './shapes.js';
import { VALUE } from './steps.js';

type Sample = Figures & { readonly ms: number };
type Pair = Readonly<Record<Side, Sample>>;

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
  const { type, args } = shape.byHand;
  const run = side === 'hand' ? byHand(type, [...args]) : asGraph(shape.graph, { value: { ...VALUE } });
  const ids = Array.from({ length: shape.runs }, () => `${side}-${randomUUID()}`);
  const costs = await costsOf(rig, side, () => Promise.all(ids.map(id => run(rig, id))));
  const histories = await Promise.all(ids.map(id => historyOf(rig.client, id)));
  const perStep = (each: (history: (typeof histories)[number]) => number): number =>
    histories.reduce((sum, history) => sum + each(history), 0) / shape.steps;
  return {
    ...costs,
    eventsPerStep: perStep(({ events }) => events.length),
    tasksPerStep: perStep(history => history.count('WorkflowTaskCompleted')),
    bytesPerStep: perStep(({ bytes }) => bytes),
  };
}

function reportShape({ report }: Bench, shape: Shape, pairs: readonly Pair[]): void {
  for (const side of ['hand', 'graph'] as const) {
    const samples = pairs.map(pair => pair[side]);
    const { ms: _, ...figures } = mediansOf(samples);
    report.add({
      part: 'runs',
      bench: shape.name,
      side: NAMES[side],
      ms: spread(samples.map(({ ms }) => ms)),
      figures,
      ...(side === 'graph' && { ratio: mediansOf(pairs.map(({ hand, graph }) => ratioOf(graph, hand))) }),
    });
  }
}
