/**
 * The border of a stream: what its generator yields passes it one item after another, as the outputs of a step do at its
 * end. How items travel from here is not its concern (`send-items.ts`).
 */
import { ITEMS } from '../document/body.js';
import type { StreamItem } from '../engine/event.js';
import { isStream, type AnyStream } from '../graph/contract.js';
import { quote } from '../value/quote.js';
import type { Json } from '../value/json.js';
import type { Value } from '../value/value.js';
import { decoded, enter, leave, outputsOf, type BorderDeps, type Outputs, type StepCall } from './border.js';
import { BorderError } from './border-error.js';
import type { Ctx, Log } from './ctx.js';
import type { Impl } from './impl.js';
import type { Peeks } from './make-values.js';
import { readContext, type ReadContext } from './read-context.js';
import { scrubbedDeps } from './scrubbed-deps.js';
import { ScrubbedError } from './scrubbed-error.js';
import { toFailure } from './to-failure.js';
import { within } from './within.js';

/** One attempt of one execution of a stream. */
export interface StreamCall extends StepCall {
  /** As `peeks`, of what its items have. */
  readonly itemPeeks?: Peeks;
  /** Where its code goes on, if it says how it is told: the index of its next item, and the cursor of the one before. */
  readonly from?: { readonly next: number; readonly cursor: Value };
}

export type Pulled =
  | { readonly kind: 'item'; readonly item: StreamItem }
  | { readonly kind: 'passed' }
  | { readonly kind: 'end'; readonly outputs: Outputs };

/** A generator that runs, one item after another. */
export interface StreamRun {
  /**
   * One call at a time. With `pass` an item is neither checked nor made into values: it was taken before. Throws a
   * `BorderError` or what the generator throws; then, and after the end, there is no more.
   */
  next(pass?: boolean): Promise<Pulled>;
  /** It works for another execution: that one's signal, log and progress. */
  attach(deps: Heard): void;
  /** It works for none: nobody hears its progress. */
  detach(): void;
  /** Unless it has ended: aborts `ctx.signal` and runs the generator's `finally`. Waits 10 s at most, never rejects. */
  close(): Promise<void>;
}
/** Who hears of a stream, and what it hears. */
export type Heard = Pick<BorderDeps, 'signal' | 'log' | 'progress'>;

/** How long a generator may take to end when nobody wants it any more, in milliseconds. */
const PATIENCE = 10_000;
const NEVER = new AbortController().signal;

export function runStream(impl: Impl, call: StreamCall, deps: BorderDeps): StreamRun {
  const { contract } = impl;
  if (!isStream(contract)) throw new Error(`${call.address}: step "${contract.id}" is no stream`);
  return new GeneratorRun(impl, contract, call, deps);
}

class GeneratorRun implements StreamRun {
  readonly #wanted = new AbortController();
  readonly #yields: readonly string[];
  #heard: Heard;
  #forget = (): void => {};
  #context: ReadContext = { values: {}, scrub: undefined };
  #generator: AsyncIterator<unknown> | undefined;
  #index: number;
  #ended = false;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly impl: Impl,
    private readonly contract: AnyStream,
    private readonly call: StreamCall,
    private readonly deps: BorderDeps,
  ) {
    this.#yields = Object.keys(contract.yields).sort();
    this.#index = call.from?.next ?? 0;
    this.#heard = deps;
    this.attach(deps);
  }

  async next(pass = false): Promise<Pulled> {
    try {
      return await this.#pull(pass);
    } catch (error) {
      const { scrub } = this.#context;
      if (!scrub) throw error;
      const { failure, retryable } = toFailure(error, scrub);
      throw new ScrubbedError(failure, retryable);
    }
  }

  attach(heard: Heard): void {
    this.#forget();
    this.#heard = heard;
    const { signal } = heard;
    const abort = (): void => this.#wanted.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    this.#forget = () => signal.removeEventListener('abort', abort);
  }

  detach(): void {
    this.#forget();
    this.#heard = { ...this.#heard, progress: () => {} };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#end());
  }

  async #pull(pass: boolean): Promise<Pulled> {
    this.#generator ??= await this.#open();
    const { value, done } = await this.#generator.next();
    const { scrub } = this.#context;
    const { store } = this.deps;
    if (done) {
      this.#ended = true;
      return { kind: 'end', outputs: await leave(value, outputsOf(this.impl, this.call), store, scrub) };
    }
    const index = this.#index++;
    if (pass) return { kind: 'passed' };
    const { address, itemPeeks: peeks } = this.call;
    const { yields: ports } = this.contract;
    const intro = `${address}: item ${index}, `;
    const values = await leave(
      value,
      { ports, kind: 'yield', address: `${address}.${ITEMS}`, intro, peeks },
      store,
      scrub,
    );
    return { kind: 'item', item: this.#yields.map(name => values[name] ?? null) };
  }

  /** Calls the step's code. The generator that it gives has not begun. */
  async #open(): Promise<AsyncIterator<unknown>> {
    const { impl, call } = this;
    this.#context = readContext(this.contract, call.address, call.context);
    const { values, scrub } = this.#context;
    const deps = scrub ? scrubbedDeps(this.#ownDeps(), scrub) : this.#ownDeps();
    const { input, ctx } = await enter(impl, call, deps, values);
    const cursor = await this.#cursor();
    const given = await impl.body(input, Object.freeze({ ...ctx, cursor }) as Ctx);
    if (!isGenerator(given)) {
      const message = `${call.address}: expected an async generator (async function*), got ${quote(given as Json)}`;
      throw new BorderError('invalid_output', message, { address: call.address });
    }
    this.#wanted.signal.throwIfAborted();
    return given[Symbol.asyncIterator]();
  }

  /** Code side. */
  async #cursor(): Promise<unknown> {
    const { call, contract, deps } = this;
    const { cursor: name = '', yields } = contract;
    const schema = yields[name];
    if (!call.from || !schema) return undefined;
    const stored = { [name]: call.from.cursor };
    return (await decoded({ [name]: schema }, stored, 'yield', call, deps.store))[name];
  }

  /** What its code is told stays the same when somebody else hears of it. */
  #ownDeps(): BorderDeps {
    const told =
      (level: keyof Log): Log[keyof Log] =>
      (message, fields) =>
        this.#heard.log[level](message, fields);
    return {
      store: this.deps.store,
      signal: this.#wanted.signal,
      log: { debug: told('debug'), info: told('info'), warn: told('warn'), error: told('error') },
      progress: (done, total) => this.#heard.progress(done, total),
    };
  }

  async #end(): Promise<void> {
    this.#forget();
    if (this.#ended) return;
    this.#wanted.abort(new Error('nobody wants more of the stream'));
    // What its `finally` throws nobody asks for.
    await within(PATIENCE, NEVER, () => this.#generator?.return?.()).catch(() => {});
  }
}

const isGenerator = (given: unknown): given is AsyncIterable<unknown> =>
  typeof given === 'object' && given !== null && Symbol.asyncIterator in given;
