import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Send } from '../../src/step/pack-items.js';
import { impl } from '../../src/step/impl.js';
import { ParkedStreams } from '../../src/step/parked-streams.js';
import { BATCH, type Batch, type BatchAnswer, type SentStream } from '../../src/step/send-items.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { streamStep } from '../../src/step/stream-step.js';
import { callOf, depsOf, FakeRun, numbers, resumable, unpacked } from './stream-setup.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Scenario {
  readonly count: number;
  readonly buffer: number;
  /** How often a taken item is opened, which makes room. */
  readonly opens: number;
  readonly fails: boolean;
  /** How many sendings never arrive, or their answers. */
  readonly lost: number;
  /** What is parked is gone with its process. */
  readonly forgetful: boolean;
  /** Its items are only collected. */
  readonly packs: boolean;
  /** It is told where to go on. */
  readonly cursor: boolean;
  readonly seed: number;
}
const shape = fc.oneof(
  fc.record({ count: fc.nat(20), buffer: fc.integer({ min: 1, max: 8 }), opens: fc.constantFrom(0.02, 0.4) }),
  fc.record({ count: fc.integer({ min: 450, max: 6000 }), buffer: fc.constant(5000), opens: fc.constant(0.4) }),
);
const rest = fc.record({
  fails: fc.boolean(),
  lost: fc.nat(2),
  forgetful: fc.boolean(),
  packs: fc.boolean(),
  cursor: fc.boolean(),
  seed: fc.nat(),
});
const scenarios: fc.Arbitrary<Scenario> = fc.tuple(shape, rest).map(([a, b]) => ({ ...a, ...b }));

/** Plays a stream to its end: sendings and answers arrive late and in any order, items are opened at any time. */
class Play {
  readonly run: FakeRun;
  most = 0;
  parkings = 0;
  packs = 0;
  generators = 0;
  resumed = 0;
  ended = 0;
  #limit = 0;
  #lost: number;
  #yielded = 0;
  #parked = new ParkedStreams();
  #events: (() => void)[] = [];
  readonly #store = createMemoryStore();

  constructor(private readonly scenario: Scenario) {
    this.run = new FakeRun(scenario.buffer, scenario.cursor);
    this.#lost = scenario.lost;
  }

  async end(): Promise<SentStream | { readonly error: unknown }> {
    let end: SentStream | { readonly error: unknown } | undefined;
    void this.#execute().then(
      sent => (end = sent),
      (error: unknown) => (end = { error }),
    );
    while (!end) {
      await vi.advanceTimersByTimeAsync(this.#random() < 0.05 ? 700 : Math.floor(this.#random() * 15));
      if (this.#random() < this.scenario.opens) this.#open();
      this.#events.splice(Math.floor(this.#random() * this.#events.length), 1)[0]?.();
    }
    await this.#parked.close();
    return end;
  }

  #open(): void {
    const { run } = this;
    run.opened = Math.min(run.opened + 1 + Math.floor(this.#random() * run.buffer), run.taken.length);
  }

  async #execute(): Promise<SentStream> {
    let exec = this.run.execute();
    for (let attempt = 1; ; attempt += 1) {
      const { flow } = this.run;
      // What an attempt that is gone had on its way does not count.
      const own = { inFlight: 0 };
      if (attempt === 1) this.#limit = flow.next + flow.credit;
      const link = {
        flow: {
          ...(attempt === 1 ? flow : { next: 0, credit: 1 }),
          ...(this.scenario.packs && { packs: true as const }),
        },
        send: async (batch: Parameters<Send>[0]) => this.#send(exec, await unpacked(batch, this.#store), own),
        parked: this.#parked,
      };
      try {
        const sent = await streamStep(this.#impl(), callOf({ attempt }), depsOf({ store: this.#store }), link);
        if (sent.kind !== 'parked') return sent;
        this.parkings += 1;
        if (this.scenario.forgetful) this.#parked = new ParkedStreams();
        while (this.run.flow.credit === 0) await new Promise(resolve => this.#events.push(() => resolve(undefined)));
        exec = this.run.execute();
        attempt = 0;
      } catch (error) {
        if (error !== LOST) throw error;
      }
    }
  }

  #impl() {
    const { scenario } = this;
    const random = () => this.#random();
    const see = (n: number) => this.#see(n);
    const counted = (by: 'generators' | 'ended' | 'resumed') => (this[by] += 1);
    return impl(scenario.cursor ? resumable : numbers, async function* (_, ctx) {
      counted('generators');
      try {
        const { cursor = -1 } = ctx;
        if (cursor >= 0) counted('resumed');
        for (let n = cursor + 1; n < scenario.count; n += 1) {
          if (random() < 0.01) await new Promise(resolve => setTimeout(resolve, random() * 40));
          see(n);
          yield { n };
        }
        if (scenario.fails) throw new Error('the generator fails');
        return { sum: scenario.count };
      } finally {
        counted('ended');
      }
    });
  }

  /** An item is yielded: at most one that the run has no room for, and not too many that wait for their way. */
  #see(n: number): void {
    this.#yielded = Math.max(this.#yielded, n);
    if (n - this.run.taken.length > MOST_HELD) throw new Error(`${n - this.run.taken.length} items are held`);
    if (n > this.#limit) throw new Error(`item ${n} is pulled, and the run takes those before ${this.#limit}`);
  }

  #send(
    exec: number,
    { isPack, ...batch }: Batch & { isPack: boolean },
    own: { inFlight: number },
  ): Promise<BatchAnswer> {
    const { first, items } = batch;
    if (isPack) this.packs += 1;
    if (items.length > BATCH.items) throw new Error(`${items.length} items at once`);
    if (first + items.length > this.#limit && items.length > 0) throw new Error('beyond the credit');
    own.inFlight += 1;
    this.most = Math.max(this.most, own.inFlight);
    return new Promise((resolve, reject) => {
      const lose = (): boolean => this.#lost > 0 && this.#random() < 0.1 && (this.#lost -= 1) >= 0;
      const settle = (work: () => void) => () => {
        own.inFlight -= 1;
        work();
      };
      this.#events.push(() => {
        if (lose()) return settle(() => reject(LOST))();
        const answer = this.run.take(exec, batch, isPack);
        if ('next' in answer) this.#limit = Math.max(this.#limit, answer.next + answer.credit);
        this.#events.push(settle(() => (lose() ? reject(LOST) : resolve(answer))));
      });
    });
  }

  #state = 0;
  #random(): number {
    this.#state = (this.#state + 0x9e3779b9 + this.scenario.seed) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
const MOST_HELD = 5 * BATCH.items;
const LOST = new Error('lost on the way');

describe('a stream and its run', () => {
  it(
    '[ST-11] [ST-04] every item is taken once, never beyond the credit, at most four batches on their way',
    { timeout: 120_000 },
    async () => {
      const seen = { parkings: 0, resumed: 0, packs: 0, repeats: 0, most: 0 };
      const property = fc.asyncProperty(scenarios, async scenario => {
        const play = new Play(scenario);
        const end = await play.end();
        expect(play.run.taken).toEqual(Array.from({ length: scenario.count }, (_, n) => n));
        const { count, fails, forgetful } = scenario;
        const ended = { kind: 'ended', count, outputs: { sum: { inline: count } } };
        expect(end).toMatchObject(fails ? { error: { message: 'the generator fails' } } : ended);
        // Those that are gone with their process nobody closes.
        expect(play.ended).toBeGreaterThanOrEqual(forgetful ? play.generators - play.parkings : play.generators);
        seen.parkings += play.parkings;
        seen.packs += play.packs;
        seen.resumed += play.resumed;
        seen.repeats += play.run.repeats;
        seen.most = Math.max(seen.most, play.most);
      });
      await fc.assert(property, { numRuns: 60 });
      // What the scenarios are for has happened.
      expect(seen.parkings).toBeGreaterThan(0);
      expect(seen.resumed).toBeGreaterThan(0);
      expect(seen.packs).toBeGreaterThan(0);
      expect(seen.repeats).toBeGreaterThan(0);
      expect(seen.most).toBe(4);
    },
  );
});
