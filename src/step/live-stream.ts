import { itemDigest } from '../value/item-digest.js';
import type { StreamItem } from '../engine/event.js';
import { bulk } from '../value/size.js';
import type { Outputs } from './border.js';
import type { Heard, StreamRun } from './run-stream.js';
import type { MostOfBatch } from './send-items.js';

/** How a generator ended: with its outputs, after so many items in all, or with an error. */
export type StreamEnd =
  | { readonly kind: 'end'; readonly outputs: Outputs; readonly count: number }
  | { readonly kind: 'failed'; readonly error: unknown };

interface Held {
  readonly item: StreamItem;
  /** Of its values, by `bulk`. */
  readonly weight: number;
}

/** A stream that runs, with those of its items that the run has not taken yet. */
export class LiveStream {
  readonly #held: Held[] = [];
  #weight = 0;
  #pulled: number;
  #pulling = false;
  #before: string | undefined;
  #end: StreamEnd | undefined;
  #changed = (): void => {};

  /** `first`: index of the first item that is wanted; those before it were taken already. `begins`: of the first that it yields. */
  constructor(
    private readonly run: StreamRun,
    private first = 0,
    begins = 0,
  ) {
    this.#pulled = begins;
  }

  /** Index of the item behind those that are held. */
  get next(): number {
    return this.first + this.#held.length;
  }

  /** Of all that is held, by `bulk`. */
  get weight(): number {
    return this.#weight;
  }

  /** Digest of the item before the first that is held, if it has been seen. */
  get before(): string | undefined {
    return this.#before;
  }

  /** How it ended. What is held was yielded before. */
  get end(): StreamEnd | undefined {
    return this.#end;
  }

  /** Whether it can go on at an index: it holds what comes there, or it is what comes next. */
  reaches(index: number): boolean {
    return index >= this.first && index <= this.next;
  }

  /** It works for another execution; `changed` is called when `pull` has given something. */
  attach(heard: Heard | undefined, changed: () => void): void {
    if (heard) this.run.attach(heard);
    this.#changed = changed;
  }

  detach(): void {
    this.run.detach();
    this.#changed = () => {};
  }

  close(): Promise<void> {
    return this.run.close();
  }

  /** Asks the generator for one more item, unless it is at it, or has ended. */
  pull(): void {
    if (this.#pulling || this.#end) return;
    this.#pulling = true;
    void this.#pull()
      .catch((error: unknown) => (this.#end = { kind: 'failed', error }))
      .then(() => {
        this.#pulling = false;
        this.#changed();
      });
  }

  /** The items from an index on, as many as fit into one batch: at least one, if there is one below `end`. */
  batch(from: number, end: number, most: MostOfBatch): readonly StreamItem[] {
    const at = from - this.first;
    const some = this.#held.slice(at, Math.min(at + most.items, end - this.first));
    let room = most.weight;
    const over = some.findIndex(({ weight }, k) => (room -= weight) < 0 && k > 0);
    return (over < 0 ? some : some.slice(0, over)).map(({ item }) => item);
  }

  /** Forgets the items before an index: the run has them. */
  forget(index: number): void {
    const count = index - this.first;
    const last = this.#held[count - 1];
    if (!last) return;
    for (const { weight } of this.#held.splice(0, count)) this.#weight -= weight;
    this.#before = itemDigest(last.item);
    this.first = index;
  }

  /** Passes over what was taken already, but for the last of it, which tells whether it is the same again. */
  async #pull(): Promise<void> {
    const pulled = await this.run.next(this.#pulled < this.first - 1);
    if (pulled.kind === 'end') {
      this.#end = { kind: 'end', outputs: pulled.outputs, count: this.#pulled };
      return;
    }
    this.#pulled += 1;
    if (pulled.kind === 'passed') return;
    if (this.#pulled <= this.first) this.#before = itemDigest(pulled.item);
    else this.#hold(pulled.item);
  }

  #hold(item: StreamItem): void {
    const bytes = item.reduce((sum, value) => sum + (value ? bulk(value) : 'null,'.length), '[],'.length);
    this.#held.push({ item, weight: bytes });
    this.#weight += bytes;
  }
}
