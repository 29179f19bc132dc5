/** What items and iterations cost: a run of one side, over all of its links. */
import { randomUUID } from 'node:crypto';
import { linksOf, type History } from '../test/live/history.js';
import type { Sample } from './bench.js';
import { costsOf, type Side } from './costs.js';
import { timed } from './measure.js';
import type { OneRun } from './one-run.js';
import type { Rig } from './rig.js';

export interface Wanted {
  readonly side: Side;
  readonly run: OneRun;
  /** How many items or iterations it has. */
  readonly count: number;
  /** How many of them the result is of. */
  readonly countOf: (result: unknown) => number;
}

/** `links`: the first one first. */
export async function sampleBodies(
  rig: Rig,
  { side, run, count, countOf }: Wanted,
): Promise<{ readonly sample: Sample; readonly links: readonly History[] }> {
  const id = `${side}-${randomUUID()}`;
  let result: unknown;
  const costs = await costsOf(rig, side, async () => void (result = await run(rig, id)));
  check(countOf(result), count);
  const links = (await linksOf(rig.client, id)).toReversed();
  const total = (of: (link: History) => number): number => links.reduce((sum, link) => sum + of(link), 0);
  const thousands = count / 1000;
  const sample = {
    ...costs,
    perSecond: perSecond(count, costs.ms),
    eventsPerThousand: total(({ events }) => events.length) / thousands,
    tasksPerThousand: total(link => link.count('WorkflowTaskCompleted')) / thousands,
    bytesEach: total(({ bytes }) => bytes) / count,
    links: links.length,
  };
  return { sample, links };
}

/** In this process, without a server. */
export async function sampleHere(
  count: number,
  run: () => Promise<{ readonly all: readonly unknown[] }>,
): Promise<Sample> {
  let result: unknown;
  const ms = await timed(async () => void (result = await run()));
  check(itemsOf(result), count);
  return { ms, perSecond: perSecond(count, ms) };
}

export const itemsOf = (result: unknown): number => (result as { readonly all: readonly unknown[] }).all.length;

const perSecond = (count: number, ms: number): number => (1000 * count) / ms;

function check(got: number, count: number): void {
  if (got !== count) throw new Error(`expected a result of ${count}, got one of ${got}`);
}
