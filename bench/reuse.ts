/** What is not done twice: a run again that is all in the cache, a fork with one change, one large value for many readers. */
import { randomUUID } from 'node:crypto';
import { historyOf } from '../test/live/history.js';
import { figuresOf, sampleCases, type Bench, type Case, type Sample } from './bench.js';
import { layered, read } from './graphs.js';
import { spread, timed } from './measure.js';
import type { Rig } from './rig.js';
import { kept, VALUE } from './steps.js';

export async function measureReuse(bench: Bench): Promise<void> {
  const { options, report } = bench;
  if (!options.only.has('reuse')) return;
  const cases = casesOf(options.quick);
  const samples = await sampleCases(bench, 'reuse', cases);
  cases.forEach(({ name, side }, k) => {
    const own = samples[k] ?? [];
    report.add({ part: 'reuse', bench: name, side, ms: spread(own.map(({ ms }) => ms)), figures: figuresOf(own) });
  });
}

function casesOf(quick: boolean): readonly Case[] {
  const [depth, width, readers] = quick ? [5, 10, 10] : [10, 100, 100];
  const graph = layered(depth, width, kept);
  const nodes = `${depth * width} cached nodes`;
  // One that nobody has used before: nothing of it is in the cache.
  const fresh = (): object => ({ ...VALUE, text: randomUUID() });
  const again = (cache: 'use' | 'bypass', value: () => object) => (rig: Rig) =>
    run(rig, graph, { value: value() }, cache);
  return [
    { name: nodes, side: 'cache bypassed', sample: again('bypass', () => VALUE) },
    { name: nodes, side: 'none in the cache', sample: again('use', fresh) },
    { name: nodes, side: 'all in the cache', sample: again('use', () => VALUE) },
    { name: `8 MB for ${readers}`, side: 'by reference', sample: rig => run(rig, read(readers), {}, 'bypass') },
  ];
}

/** From the start to its result. */
async function run(
  { espalier, client }: Rig,
  graph: ReturnType<typeof layered> | ReturnType<typeof read>,
  input: object,
  cache: 'use' | 'bypass',
): Promise<Sample> {
  const id = `reused-${randomUUID()}`;
  const ms = await timed(async () =>
    (await espalier.start(graph.document, { id, input: { ...input }, cache })).ended(),
  );
  const history = await historyOf(client, id);
  const activities = history.count('ActivityTaskScheduled');
  const nodes = Object.keys(graph.document.nodes ?? {}).length;
  return { ms, activities, events: history.events.length, bytesPerNode: Math.round(history.bytes / nodes) };
}
