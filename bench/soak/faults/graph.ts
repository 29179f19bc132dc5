/** What is run while things are killed: a stream, a loop in each of its items, a collect, and a loop beside them. */
import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { graph, impl, step, stream, type Impl } from '../../../src/index.js';
import type { Ctx } from '../../../src/step/ctx.js';
import { note, readLedger } from '../../../test/live/fixtures/ledger.js';

/** Where a run holds until somebody has been killed. */
export interface Hold {
  /** The node's address. */
  readonly at: string;
  /** Of the stream: before the item of this index, or before its end. */
  readonly item?: number | undefined;
  /** Not before this node has started. */
  readonly after?: string | undefined;
}

/** What a run is like. */
export interface Shape {
  /** Items of the stream, and iterations of the loop beside it. */
  readonly count: number;
  readonly rounds: number;
  /** Of the each. */
  readonly buffer: number;
  readonly concurrency: number;
  /** How long a step takes, in milliseconds. */
  readonly ms: number;
  readonly hold: Hold;
}

const n = z.number();
const list = z.array(n);
const options = {
  /** What was done. */
  ledger: z.string(),
  hold: z.object({ at: z.string(), item: n.optional(), after: z.string().optional() }),
};
/** A worker that dies is noticed soon, and everything is tried often enough. */
const policy = { heartbeat: '2s', retry: { attempts: 20, backoff: 'none', initial: 1 } } as const;

const emit = stream({ id: 'emit', in: { count: n }, yields: { n }, out: { yielded: n }, options, ...policy });
const more = step({ id: 'more', in: { n }, out: { n }, options: { ...options, ms: n }, ...policy });

type Holding = Ctx & { readonly options: { readonly ledger: string; readonly hold: Hold } };

/** Holds at the place that was chosen, once in a run, until `goOn`. */
async function holdAt(ctx: Holding, item?: number): Promise<void> {
  const { ledger, hold } = ctx.options;
  if (hold.at !== ctx.address || hold.item !== item || heldIn(ledger)) return;
  const hasStarted = (): boolean =>
    readLedger(ledger).some(({ event, node }) => event === 'start' && node === hold.after);
  if (hold.after !== undefined) await until(hasStarted, ctx.signal);
  note(ledger, 'held', ctx);
  await until(() => existsSync(gateOf(ledger)), ctx.signal);
}

/** Who holds, or has held, in a run. */
export const heldIn = (ledger: string) => readLedger(ledger).find(({ event }) => event === 'held');
const gateOf = (ledger: string): string => `${ledger}.gate`;
/** Ends the holding. */
export const goOn = (ledger: string): void => appendFileSync(gateOf(ledger), '');

async function until(holds: () => boolean, signal: AbortSignal): Promise<void> {
  while (!holds()) await wait(5, undefined, { signal });
}

export const faultSteps: readonly Impl[] = [
  impl(emit, async function* ({ count }, ctx) {
    for (let k = 0; k < count; k += 1) {
      await holdAt(ctx, k);
      yield { n: k };
    }
    await holdAt(ctx, count);
    return { yielded: count };
  }),
  impl(more, async ({ n: of }, ctx) => {
    note(ctx.options.ledger, 'start', ctx);
    await holdAt(ctx);
    await wait(ctx.options.ms, undefined, { signal: ctx.signal });
    return { n: of + 1 };
  }),
];

/** Iterations of the loop in an item. */
const TWICE = 2;

export const faulty = ({ rounds, buffer, concurrency, ms, hold }: Shape, ledger: string) => {
  const out = { ns: list, items: list, yielded: n, rounds: n };
  return graph({ id: 'soak-faults', in: { count: n }, out }, (g, i) => {
    const options = { ledger, hold };
    const numbers = g.run(emit, { count: i.count }, { as: 'numbers', options });
    const each = g.each(numbers.items, { as: 'each', buffer, concurrency }, (g, item) => {
      const once = g.run(more, { n: item.n }, { as: 'once', options: { ...options, ms } });
      const loop = g.loop({ as: 'twice', state: { n }, init: { n: once.n }, max: TWICE }, (g, s) => ({
        next: { n: g.run(more, { n: s.n }, { as: 'again', options: { ...options, ms } }).n },
      }));
      return { out: { n: loop.n } };
    });
    const beside = g.loop({ as: 'beside', state: { n }, init: { n: 0 }, max: rounds }, (g, s) => ({
      next: { n: g.run(more, { n: s.n }, { as: 'round', options: { ...options, ms } }).n },
    }));
    const items = g.collect(numbers.items).n;
    return { out: { ns: each.n, items, yielded: numbers.yielded, rounds: beside.n } };
  });
};

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, k) => k);

/** What a run gives. */
export const givenBy = ({ count, rounds }: Shape): object => ({
  ns: upTo(count).map(k => k + 1 + TWICE),
  items: upTo(count),
  yielded: count,
  rounds,
});

/** What it executes. */
export const executedBy = ({ count, rounds }: Shape): readonly string[] => [
  'numbers',
  ...upTo(count).flatMap(k => [
    `each[${k}]/once`,
    ...upTo(TWICE).map(iteration => `each[${k}]/twice@${iteration}/again`),
  ]),
  ...upTo(rounds).map(iteration => `beside@${iteration}/round`),
];
