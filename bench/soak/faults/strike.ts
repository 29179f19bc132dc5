/** One run that is struck at a point, and what is found wrong with it afterwards. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Frame } from '../../../src/run/run.js';
import { createRandom } from '../../../test/engine/random.js';
import { linksOf } from '../../../test/live/history.js';
import { watchToEnd } from '../../../test/live/service-watch.js';
import { checkRun } from './check-run.js';
import { faulty, goOn, heldIn } from './graph.js';
import type { Now, Point } from './points.js';
import type { Rig } from './rig.js';

/** How long a run may take to come to its end, in milliseconds. */
const LIMIT = 180_000;
/** How long to wait for the moment once a run holds: it may not come. */
const DUE_LIMIT = 8000;
const LONGEST_DELAY = 40;
const WATCHERS = 2;

export interface Struck {
  readonly run: string;
  /** Whether it was struck where it was meant to be. */
  readonly isStruck: boolean;
  readonly links: number;
  /** What is wrong. */
  readonly problems: readonly string[];
}

/** What follows from the seed is the same each time; what else happens at that moment is not. */
export async function strike(rig: Rig, point: Point, queue: string, seed: number): Promise<Struck> {
  const id = `${point.name.replaceAll(' ', '-')}-${seed}`;
  await rig.worker(queue);
  try {
    return await within(LIMIT, struck(rig, point, queue, { id, seed }));
  } catch (error) {
    await keepHistories(rig, id);
    // Its watchers would watch for ever.
    await rig.client.workflow
      .getHandle(id)
      .terminate()
      .catch(() => undefined);
    return { run: id, isStruck: false, links: 0, problems: [String(error)] };
  }
}

async function struck(
  rig: Rig,
  point: Point,
  queue: string,
  { id, seed }: { readonly id: string; readonly seed: number },
): Promise<Struck> {
  const random = createRandom(seed);
  const { shape, limits, isDue = () => true } = point.aim(random);
  const delay = random.below(LONGEST_DELAY);
  const ledger = join(rig.dataDir, `${id}.jsonl`);
  const run = await rig.undisturbed(() =>
    rig.espalier.start(faulty(shape, ledger), {
      id,
      input: { count: shape.count },
      taskQueue: queue,
      linkLimits: limits,
    }),
  );
  const watched = Array.from({ length: WATCHERS }, (): Frame[] => []);
  const watching = watched.map(frames => watchToEnd(rig.url, id, frame => void frames.push(frame)));

  const leastSeen = (): number => Math.min(...watched.map(({ length }) => length));
  await until(async () => heldIn(ledger) !== undefined && leastSeen() > 0, LIMIT);
  const before = await nowOf(rig, id);
  await until(async () => isDue(await nowOf(rig, id), before), DUE_LIMIT);
  await wait(delay);
  const seen = leastSeen();
  const at = await kill(rig, point, queue, () => goOn(ledger));

  const result = await run.result();
  await Promise.all(watching);
  const links = (await linksOf(rig.client, id)).toReversed();
  const held = heldIn(ledger);
  const isStruck = held !== undefined && point.isStruck({ at, held, links, limits, seen });
  const problems = await checkRun(rig, run, { shape, result, watched });
  if (problems.length > 0) await keepHistories(rig, id);
  return { run: id, isStruck, links: links.length, problems };
}

function kill(rig: Rig, { kills }: Point, queue: string, meanwhile: () => void): Promise<number> {
  switch (kills) {
    case 'worker':
      return rig.killWorker(queue, meanwhile);
    case 'server':
      return rig.killServer(meanwhile);
    case 'service':
      return rig.killService(meanwhile);
  }
}

async function nowOf({ client }: Rig, id: string): Promise<Now> {
  const { runId, historyLength, raw } = await client.workflow.getHandle(id).describe();
  const inFlight = (raw.pendingActivities ?? []).map(({ activityId }) => activityId ?? '');
  return { execution: runId, events: historyLength, inFlight };
}

async function keepHistories({ client, dataDir }: Rig, id: string): Promise<void> {
  const links = await linksOf(client, id).catch(() => []);
  for (const [k, { raw }] of links.toReversed().entries()) {
    await writeFile(join(dataDir, `${id}.${k}.json`), historyToJSON(raw));
  }
}

/** Asks until it is so, at most so many milliseconds. */
async function until(isSo: () => Promise<boolean>, limit: number): Promise<void> {
  const end = Date.now() + limit;
  while (Date.now() < end && !(await isSo())) await wait(10);
}

async function within<T>(limit: number, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = wait(limit, undefined, { signal: done.signal }).then(() => {
    throw new Error(`it did not end within ${limit / 1000} s`);
  });
  late.catch(() => undefined);
  return Promise.race([work, late]).finally(() => done.abort());
}
