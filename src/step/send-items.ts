/**
 * Sends what a stream yields to its run, whatever carries it there. The run says how far it has come and how many items more
 * it takes; from that follows all that is done here. At most `IN_FLIGHT` batches are on their way; one that is not full goes
 * alone, and what comes meanwhile is in the next one.
 */
import type { StreamFlow } from '../engine/command.js';
import { MOST_ITEMS, type StreamItem, type Yielded } from '../engine/event.js';
import { BorderError } from './border-error.js';
import type { Outputs } from './border.js';
import type { LiveStream } from './live-stream.js';
import type { Heard } from './run-stream.js';

/** Some items on their way to the run, which may be none: then it is only asked how far it is. */
export interface Batch extends Pick<Yielded, 'attempt' | 'first' | 'before'> {
  readonly items: readonly StreamItem[];
}
/** How far the run is, and how many items more it takes; `over`: nothing more of this attempt. */
export type BatchAnswer = StreamFlow | { readonly over: true };

/** What one attempt at a stream goes by. */
export interface Sending {
  /** The node's address, for messages. */
  readonly address: string;
  /** How far the run is, and how many items it takes now. The stream must reach there. */
  readonly flow: StreamFlow;
  readonly attempt: number;
  /** Aborted when nobody wants the stream any more: its reason is thrown. */
  readonly signal: AbortSignal;
  /** Who hears of the generator from now on, if that changes. */
  readonly heard?: Heard;
  /** The most that a batch has; `BATCH` if not given. */
  readonly most?: MostOfBatch;
  /** Sends a batch to the run, until it has answered. What it rejects with is thrown. */
  send(batch: Batch): Promise<BatchAnswer>;
}

/** How an attempt ended: with the outputs and the number of items, for want of room, or since nobody listens any more. */
export type SentStream =
  | { readonly kind: 'ended'; readonly outputs: Outputs; readonly count: number }
  | { readonly kind: 'parked' }
  | { readonly kind: 'over' };

/** A batch has at least one item, whatever that weighs. */
export interface MostOfBatch {
  readonly items: number;
  /** As by `bulk`. */
  readonly weight: number;
}
/** The most that one batch has, as the run takes it. */
export const BATCH: MostOfBatch = { items: MOST_ITEMS, weight: 128 * 1024 };
const IN_FLIGHT = 4;
/** How many batches are held at most: what may be in flight, and one more. */
const HELD = IN_FLIGHT + 1;
/** How long it waits before it asks for room again, one after another, in milliseconds. Then it parks. */
const PAUSES: readonly number[] = [20, 50, 100, 200, 400];

/**
 * Pulls from the stream, and sends, until it has ended and all of it is taken; or until the run has had no room for a while
 * (`parked`: what is held stays in the stream); or until the run does not listen any more. Closes nothing. Throws the stream's
 * own error, after what was yielded before is taken, and `stream_not_repeatable` if it ends before items that were taken.
 */
export async function sendItems(stream: LiveStream, sending: Sending): Promise<SentStream> {
  return new Sender(stream, sending).run();
}

class Sender {
  /** Index of the first item that an attempt before this one did not bring. */
  readonly #start: number;
  readonly #most: MostOfBatch;
  /** The run has the items before this index; beyond `#limit` it takes none now. */
  #taken: number;
  #limit: number;
  /** Index of the next item to send. */
  #sent: number;
  #inFlight = 0;
  /** That this attempt yields what was taken before is known, or nothing was. */
  #isCompared: boolean;
  #asked = 0;
  #timer: NodeJS.Timeout | undefined;
  #end: SentStream | undefined;
  #error: { readonly error: unknown } | undefined;
  #wake = (): void => {};

  constructor(
    private readonly stream: LiveStream,
    private readonly sending: Sending,
  ) {
    const { next, credit, cursor } = sending.flow;
    this.#most = sending.most ?? BATCH;
    this.#start = this.#taken = this.#sent = next;
    this.#limit = next + credit;
    // One that was told where to go on yields nothing that was taken before.
    this.#isCompared = next === 0 || cursor !== undefined;
  }

  async run(): Promise<SentStream> {
    const { stream, sending } = this;
    const abort = (): void => this.#fail(sending.signal.reason);
    if (sending.signal.aborted) abort();
    sending.signal.addEventListener('abort', abort, { once: true });
    stream.forget(this.#start);
    stream.attach(sending.heard, () => this.#wake());
    try {
      for (;;) {
        const changed = new Promise<void>(resolve => (this.#wake = resolve));
        this.#step();
        if (this.#error) throw this.#error.error;
        if (this.#end) return this.#end;
        await changed;
      }
    } finally {
      clearTimeout(this.#timer);
      stream.detach();
      sending.signal.removeEventListener('abort', abort);
    }
  }

  /** Does all that can be done now. */
  #step(): void {
    if (this.#error || this.#end) return;
    // What was not taken is sent again.
    if (this.#inFlight === 0) this.#sent = this.#taken;
    while (this.#isDue()) this.#sendNext();
    if (this.#mayPull()) this.stream.pull();
    if (this.#inFlight > 0 || this.#sent < this.stream.next) this.#askLater();
    else if (this.stream.end) this.#finish();
  }

  #isDue(): boolean {
    if (this.#inFlight >= IN_FLIGHT) return false;
    const there = Math.min(this.stream.next, this.#limit) - this.#sent;
    return there > 0 && (this.#inFlight === 0 || this.stream.end !== undefined || this.#isFull(there));
  }

  #isFull(there: number): boolean {
    return this.#batch().length < there || there >= this.#most.items;
  }

  #batch() {
    return this.stream.batch(this.#sent, Math.min(this.stream.next, this.#limit), this.#most);
  }

  #sendNext(): void {
    const items = this.#batch();
    const first = this.#sent;
    this.#sent += items.length;
    this.#send(first, items);
  }

  #send(first: number, items: Batch['items']): void {
    const { attempt } = this.sending;
    const { before } = this.stream;
    const compares = first === this.#start && before !== undefined;
    this.#inFlight += 1;
    this.sending.send({ attempt, first, items, ...(compares && { before }) }).then(
      answer => {
        this.#inFlight -= 1;
        this.#hear(answer, compares);
        this.#wake();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #hear(answer: BatchAnswer, compared: boolean): void {
    if ('over' in answer) {
      this.#end = { kind: 'over' };
      return;
    }
    // Answers may come in another order.
    if (answer.next >= this.#taken) {
      this.#taken = Math.min(answer.next, this.#sent);
      this.#limit = answer.next + answer.credit;
      this.stream.forget(this.#taken);
    }
    if (compared) this.#isCompared = true;
    if (this.#limit > this.#taken) this.#asked = 0;
  }

  /** One item beyond what the run takes is in hand: that there is none is known without asking. */
  #mayPull(): boolean {
    const { next, weight } = this.stream;
    const { items, weight: bytes } = this.#most;
    return next <= this.#limit && next - this.#taken < HELD * items && weight < HELD * bytes;
  }

  /** There is something that the run has no room for. */
  #askLater(): void {
    if (this.#inFlight > 0 || this.#timer !== undefined) return;
    const pause = PAUSES[this.#asked];
    if (pause === undefined) {
      this.#end = { kind: 'parked' };
      return;
    }
    this.#asked += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#send(this.#taken, []);
    }, pause);
  }

  /** All that was yielded is taken. */
  #finish(): void {
    const { end } = this.stream;
    if (end?.kind === 'failed') this.#error = { error: end.error };
    else if (end && end.count < this.#start) this.#error = { error: this.#endedEarly(end.count) };
    else if (end && !this.#isCompared) this.#send(this.#start, []);
    else if (end) this.#end = { kind: 'ended', outputs: end.outputs, count: end.count };
  }

  #endedEarly(count: number): BorderError {
    const { address } = this.sending;
    const message = `${address} ended after ${count} items, of which it had yielded ${this.#start} before; it must yield the same each time`;
    return new BorderError('stream_not_repeatable', message, { address });
  }

  #fail(error: unknown): void {
    this.#error ??= { error };
    this.#wake();
  }
}
