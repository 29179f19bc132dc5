/** Eaches and loops whose worker, or whose history, comes to its end while they run [A1]. */
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';
import { note, readLedger, type Entry } from './fixtures/ledger.js';
import { inc, steps, work } from './fixtures/steps.js';
import { Live } from './harness.js';
import { linksOf } from './history.js';
import { startWorkerChild, type WorkerChild } from './worker-child.js';

const live = Live.use();
const n = z.number();
const fileOf = (name: string): string => join(live.dataDir, `${randomUUID()}.${name}`);
const children: WorkerChild[] = [];

async function child(): Promise<WorkerChild> {
  const started = await startWorkerChild(live);
  children.push(started);
  return started;
}
afterEach(async () => {
  await Promise.all(children.splice(0).map(started => started.kill('SIGKILL')));
});

/** A loop of three iterations for each item. */
const rounds = (ledger: string) =>
  graph({ id: 'rounds', in: { list: z.array(n) }, out: { all: z.array(n) } }, (g, i) => {
    const each = g.each(i.list, { as: 'each', concurrency: 3 }, (g, item) => {
      const loop = g.loop({ as: 'loop', state: { n }, init: { n: item }, max: 3 }, (g, s) => ({
        next: { n: g.run(work, { n: s.n }, { options: { ms: 60, ledger } }).n },
      }));
      return { out: { n: loop.n } };
    });
    return { out: { all: each.n } };
  });

const endedIn = (entries: readonly Entry[]): readonly string[] =>
  entries.filter(({ event }) => event === 'end').map(({ node }) => node);

test('after kill -9 of the worker each item and iteration is there once, and none that had ended is done again', async () => {
  const first = await child();
  const ledger = fileOf('jsonl');
  const list = Array.from({ length: 12 }, (_, k) => k * 10);
  const run = await live.start(rounds(ledger), { list }, { linkLimits: { events: 60 } });
  await expect.poll(() => endedIn(readLedger(ledger)).length).toBeGreaterThanOrEqual(10);
  await first.kill('SIGKILL');
  const atDeath = endedIn(readLedger(ledger));

  const second = await child();
  expect(await run.result()).toEqual({ all: list.map(each => each + 3) });
  const after = endedIn(readLedger(ledger).filter(({ pid }) => pid === second.pid));
  const all = list.flatMap((_, k) => [0, 1, 2].map(round => `each[${k}]/loop@${round}/work`));
  expect([...new Set([...atDeath, ...after])].sort()).toEqual(all.toSorted());
  // Three were under way: what they had done may not have been told.
  expect(after.filter(node => atDeath.includes(node)).length).toBeLessThanOrEqual(3);
});

const hours = step({ id: 'hours', in: { n }, out: { n }, options: { gate: z.string(), ledger: z.string() } });
/** Ends when its gate is there, or when it is told to. */
const hoursBody = impl(hours, async (input, ctx) => {
  note(ctx.options.ledger, 'start', ctx);
  while (!existsSync(ctx.options.gate)) await wait(20, undefined, { signal: ctx.signal });
  return { n: input.n + 1 };
});

test('what runs for longer than a history lasts holds nothing up, and is executed again where it goes on', async () => {
  await live.work({ steps: [...steps, hoursBody] });
  const [ledger, gate] = [fileOf('jsonl'), fileOf('gate')];
  const long = graph({ id: 'long', in: { n }, out: { slow: n, count: n } }, (g, i) => {
    const slow = g.run(hours, { n: i.n }, { as: 'slow', options: { gate, ledger } });
    const loop = g.loop({ as: 'loop', state: { n }, init: { n: i.n }, max: 60 }, (g, s) => ({
      next: { n: g.run(inc, { n: s.n }).n },
    }));
    return { out: { slow: slow.n, count: loop.n } };
  });
  const linkLimits = { events: 1000, full: { events: 80, within: 100 } };
  const run = await live.start(long, { n: 0 }, { linkLimits });
  const starts = (): number => readLedger(ledger).filter(({ event }) => event === 'start').length;
  // The loop alone fills several histories: it has gone on all the time.
  await expect.poll(async () => (await linksOf(live.client, run.id)).length).toBeGreaterThanOrEqual(3);
  await expect.poll(starts).toBeGreaterThanOrEqual(3);
  writeFileSync(gate, '');
  expect(await run.result()).toEqual({ slow: 1, count: 60 });
  const keys = readLedger(ledger).map(({ key }) => key);
  expect(keys).toEqual(keys.map((_, k) => `${keys[0]?.split('/')[0]}/slow#${k + 1}`));
});
