import { z } from 'zod';
import type { StreamFlow } from '../../src/engine/command.js';
import type { StreamItem } from '../../src/engine/event.js';
import { isPack } from '../../src/engine/stream-progress.js';
import { stream } from '../../src/graph/stream.js';
import type { BorderDeps } from '../../src/step/border.js';
import { loadValues } from '../../src/step/load-values.js';
import type { Send } from '../../src/step/pack-items.js';
import type { StreamCall } from '../../src/step/run-stream.js';
import type { Batch, BatchAnswer } from '../../src/step/send-items.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { itemDigest } from '../../src/value/item-digest.js';
import { literal } from '../../src/value/leaf.js';
import { isLeaf } from '../../src/value/value.js';

export const numbers = stream({ id: 'numbers', in: {}, yields: { n: z.int() }, out: { sum: z.int().optional() } });

export const resumable = stream({ ...numbers, id: 'resumable', cursor: 'n' });

const silent = (): undefined => undefined;
const quiet = { debug: silent, info: silent, warn: silent, error: silent };
export const depsOf = (deps: Partial<BorderDeps> = {}): BorderDeps => ({
  store: createMemoryStore(),
  signal: new AbortController().signal,
  log: quiet,
  progress: silent,
  ...deps,
});
export const callOf = (call: Partial<StreamCall> = {}): StreamCall => ({
  address: 'split',
  runId: 'r-1',
  tenant: 'acme',
  attempt: 1,
  idempotencyKey: 'r-1/split#1',
  inputs: {},
  ...call,
});

/** The number that an item of `numbers` has. */
export const numberOf = ([value]: StreamItem): unknown => (value && isLeaf(value) ? value.inline : undefined);

/** What a run takes of a pack of `numbers`: all of it or nothing. */
export async function unpacked(batch: Parameters<Send>[0], store: BlobStore): Promise<Batch & { isPack: boolean }> {
  const { items } = batch;
  if (!isPack(items)) return { ...batch, items, isPack: false };
  const [list] = items.lists;
  const { it } = list ? await loadValues({ it: list }, store) : {};
  if (!Array.isArray(it) || it.length !== items.count) throw new Error(`a pack of ${items.count} has ${String(it)}`);
  return { ...batch, items: it.map(n => [literal(n)]), isPack: true };
}

/** The run's side of a stream, as the engine has it: what it takes, and how much of it. */
export class FakeRun {
  readonly taken: unknown[] = [];
  opened = 0;
  repeats = 0;
  #exec = 0;
  #attempt = 1;
  #last: string | undefined;

  constructor(
    readonly buffer: number,
    private readonly hasCursor = false,
  ) {}

  get flow(): StreamFlow {
    const { length: next } = this.taken;
    const cursor = this.hasCursor && next > 0 && { cursor: literal(this.taken[next - 1] as number) };
    return { next, credit: Math.max(0, this.opened + this.buffer - next), ...cursor };
  }

  /** A stream that is executed again begins with attempt 1. Gives what its batches are known by. */
  execute(): number {
    this.#attempt = 1;
    return (this.#exec += 1);
  }

  take(exec: number, { attempt, first, items, before }: Batch, whole = false): BatchAnswer {
    if (exec < this.#exec || attempt < this.#attempt) return { over: true };
    this.#attempt = attempt;
    const { next, credit } = this.flow;
    if (first > next) return this.flow;
    if (first < next && items.length > 0) throw new Error(`item ${first} is sent again, and it is taken`);
    if (first === next && before !== undefined) {
      this.repeats += 1;
      if (before !== this.#last) throw new Error(`item ${next - 1} comes again as another one`);
    }
    if (whole && items.length > credit) return this.flow;
    for (const item of items.slice(next - first, next - first + credit)) {
      this.taken.push(numberOf(item));
      this.#last = itemDigest(item);
    }
    return this.flow;
  }
}
