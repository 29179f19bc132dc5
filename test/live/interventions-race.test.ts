/**
 * Interventions sent at random moments around the execution of a step, some with the worker killed: each gets one outcome, and
 * the result, the history and the fold agree with it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Espalier } from '../../src/client/espalier.js';
import { graph } from '../../src/graph/graph.js';
import type { Outcome } from '../../src/intervention/intervention.js';
import type { StepCall } from '../../src/protocol/activity.js';
import type { Run } from '../../src/run/run.js';
import { EspalierError } from '../../src/value/espalier-error.js';
import { inlineOf as inlineJson } from '../../src/value/leaf.js';
import type { Value } from '../../src/value/value.js';
import { createRandom, type Random } from '../engine/random.js';
import { inc, work } from './fixtures/steps.js';
import { checkFold } from './fold-check.js';
import { Live } from './harness.js';
import { historyOf, typeName, type HistoryEvent } from './history.js';
import { useEspalier } from './use-espalier.js';
import { startWorkerChild, type WorkerChild } from './worker-child.js';

const WAVES = 6;
const RUNS = 55;
/** Every third wave loses its worker. */
const isKilled = (wave: number): boolean => wave % 3 === 2;
const OVERRIDE = 1000;
/** A machine that is too busy for a sign of life each second fails attempts, and that must not fail the run. */
const BUSY = { initial: 10, attempts: 10 };

const live = Live.use();
const espalier = useEspalier(live);
const children: WorkerChild[] = [];
afterEach(async () => {
  await Promise.all(children.splice(0).map(child => child.kill('SIGKILL')));
});

const n = z.number();
/** `a` is what is raced with: two consumers read it, and each adds one. */
const raced = graph({ id: 'raced', in: { n }, out: { b: n, c: n } }, (g, i) => {
  const a = g.run(work, { n: i.n }, { as: 'a', options: { ms: 40 }, heartbeat: '1s', retry: BUSY });
  const b = g.run(inc, { n: a.n }, { as: 'b', retry: BUSY });
  const c = g.run(work, { n: a.n }, { as: 'c', options: { ms: 5 }, retry: BUSY });
  return { out: { b: b.n, c: c.n } };
});

interface Raced {
  readonly run: Run<unknown>;
  readonly recompute: boolean;
  /** What the update said; undefined where the run had ended, or where it is known only from the view. */
  readonly said: Outcome | undefined;
}

test(
  'of 330 interventions each has one outcome, and whoever read the port agrees with it',
  { timeout: 300_000 },
  async () => {
    const random = createRandom(20_261_123);
    const counts: Record<string, number> = {};
    const problems: string[] = [];
    for (let wave = 0; wave < WAVES; wave += 1) {
      const raceds = await runWave(random, isKilled(wave));
      for (const each of raceds) {
        const { outcome, problems: found } = await examine(each);
        counts[outcome] = (counts[outcome] ?? 0) + 1;
        problems.push(...found);
      }
    }
    console.log(`raced interventions: ${JSON.stringify(counts)}`);
    expect(problems).toEqual([]);
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(WAVES * RUNS);
    // Else the moments were not random enough to prove anything.
    for (const outcome of ['applied', 'replaced-attempt', 'too-late'] as const) {
      expect(counts[outcome], outcome).toBeGreaterThan(0);
    }
  },
);

async function runWave(random: Random, kill: boolean): Promise<readonly Raced[]> {
  const [worker = await child()] = children;
  const racing = Array.from({ length: RUNS }, (_, k) => race(espalier(), momentOf(random, k), random.chance(0.3)));
  if (kill) {
    children.shift();
    await wait(random.below(1000));
    await worker.kill('SIGKILL');
    await child();
  }
  const raceds = await Promise.all(racing);
  await Promise.all(raceds.map(({ run }) => run.result()));
  return raceds;
}

async function child(): Promise<WorkerChild> {
  const started = await startWorkerChild(live);
  children.push(started);
  return started;
}

/** So many milliseconds after the start of the run, or after `a` was scheduled or has ended. */
interface Moment {
  readonly after: 'start' | 'scheduled' | 'completed';
  readonly delay: number;
}

function momentOf(random: Random, k: number): Moment {
  if (k % 3 === 0) return { after: 'start', delay: random.below(300) };
  return k % 3 === 1
    ? { after: 'scheduled', delay: random.below(150) }
    : { after: 'completed', delay: random.below(30) };
}

async function reach(run: Run<unknown>, { after, delay }: Moment): Promise<void> {
  if (after !== 'start') for await (const frame of run.watch()) if (frame.at === 'a' && frame.kind === after) break;
  await wait(delay);
}

/** One run, and one intervention at its moment. */
async function race(client: Espalier, moment: Moment, recompute: boolean): Promise<Raced> {
  const run = await client.start(raced, { input: { n: 0 } });
  await reach(run, moment);
  try {
    const answer = await run.intervene(
      { at: 'a.n', kind: 'override', value: OVERRIDE, id: 'raced' },
      recompute ? { onLate: 'recompute' } : {},
    );
    return { run, recompute, said: 'outcome' in answer ? answer.outcome : undefined };
  } catch (error) {
    if (error instanceof EspalierError && error.code === 'run_finished') return { run, recompute, said: undefined };
    throw error;
  }
}

interface Found {
  readonly outcome: string;
  /** What doesn't agree with it. */
  readonly problems: readonly string[];
}

/** The outcome of a run's intervention, held against all that is known of the run. */
async function examine({ run, recompute, said }: Raced): Promise<Found> {
  await checkFold(live, run.id);
  const { interventions: [known, ...more] = [] } = await run.view();
  const { events } = await historyOf(live.client, run.id);
  const read = events.flatMap(event => {
    const call = inputOf(event);
    return call && ['b', 'c'].includes(call.at) ? [[call.at, inlineOf(call.in['n'])] as const] : [];
  });
  const value = known === undefined || known.outcome === 'too-late' ? 1 : OVERRIDE;
  const latest = new Map(read);
  const effect = known && (known.outcome === 'too-late' ? 'not-used' : 'used');
  const checks: readonly (readonly [holds: boolean, problem: string])[] = [
    [more.length === 0, 'it is there more than once'],
    [said === undefined || said === known?.outcome, `the update said ${said}, the view ${known?.outcome}`],
    [known?.effect === effect, `its effect is ${known?.effect}`],
    [isDeepStrictEqual(await run.result(), { b: value + 1, c: value + 1 }), 'the result has another value'],
    [[...latest.values()].every(last => last === value), `a consumer has read something else last: ${String(read)}`],
    [recompute || read.every(([, each]) => each === value), `a consumer has read something else: ${String(read)}`],
    [known?.outcome !== 'too-late' || !recompute, 'too late to be computed again'],
    [!events.some(isFailedTask), 'a workflow task failed'],
  ];
  const problems = checks.filter(([holds]) => !holds).map(([, problem]) => `${run.id}: ${problem}`);
  return { outcome: known?.outcome ?? 'run_finished', problems };
}

const inlineOf = (value: Value | undefined) => value && inlineJson(value);

function inputOf(event: HistoryEvent): StepCall | undefined {
  const scheduled = event.activityTaskScheduledEventAttributes;
  const data = scheduled?.input?.payloads?.[0]?.data;
  return typeName(event) === '' || !data ? undefined : (JSON.parse(Buffer.from(data).toString()) as StepCall);
}

/** One that was lost with its worker has no message. */
const isFailedTask = ({ workflowTaskFailedEventAttributes: failed }: HistoryEvent): boolean =>
  failed?.failure?.message !== undefined;
