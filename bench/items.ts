/** Items of a stream straight into a list: by our updates, by a signal each, and without a server. */
import { runLocal } from '../src/local/run-local.js';
import type { Bench, Case } from './bench.js';
import { collected } from './body-graphs.js';
import { compareCases } from './compare-cases.js';
import { NAMES } from './costs.js';
import type { collected as handCollected } from './hand-written/bodies.js';
import { asGraph, byHand } from './one-run.js';
import { itemsOf, sampleBodies, sampleHere } from './sample-bodies.js';
import type { BenchValue } from './steps.js';
import { streamSteps } from './stream-steps.js';
import { yielded } from './yielded.js';

export async function measureItems(bench: Bench): Promise<void> {
  const { options } = bench;
  if (options.only.has('items')) await compareCases(bench, 'items', casesOf(options.quick ? 200 : 2000));
}

function casesOf(count: number): readonly Case[] {
  const name = `${count} items of 1 KB`;
  const input = { count, ms: 0 };
  const hand = byHand<typeof handCollected>('collected', [count, 0]);
  const graph = asGraph(collected, input);
  const common = { count, countOf: itemsOf };
  return [
    {
      name,
      side: `${NAMES.hand}, a signal each`,
      sample: async rig => (await sampleBodies(rig, { ...common, side: 'hand', run: hand })).sample,
    },
    {
      name,
      side: NAMES.graph,
      sample: async rig => (await sampleBodies(rig, { ...common, side: 'graph', run: graph })).sample,
    },
    {
      name,
      side: 'graph in this process',
      sample: () => sampleHere(count, () => runLocal(collected, { steps: streamSteps, input }).result()),
    },
    { name, side: 'generator in this process', sample: () => sampleHere(count, () => generated(count)) },
  ];
}

async function generated(count: number): Promise<{ readonly all: readonly BenchValue[] }> {
  const all: BenchValue[] = [];
  for await (const value of yielded(count)) all.push(value);
  return { all };
}
