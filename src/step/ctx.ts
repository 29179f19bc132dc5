import type { AnyContract, AnyStep, AnyStream } from '../graph/contract.js';
import type { Code, NoPorts, Ports } from '../graph/ports.js';
import type { JsonObject } from '../value/json.js';

/** What a step is told beside its inputs. */
export interface Ctx<P extends Ports = NoPorts, C extends Ports = NoPorts> {
  /** Aborted when the run no longer wants the result, or the worker stops: end soon. */
  readonly signal: AbortSignal;
  /** 1, 2, …: of this execution. */
  readonly attempt: number;
  /** The node's address in the run: `cover/ocr`. */
  readonly address: string;
  readonly runId: string;
  readonly tenant: string;
  /** The same for every attempt of one execution and for no other: what to give to services that act once per key. */
  readonly idempotencyKey: string;
  readonly options: Code<P>;
  /** What it gets of the run's context: secrets. They are kept out of logs and failures, and may not be in an output. */
  readonly context: Code<C>;
  /** What the run was given for every step to see, frozen; `{}` if nothing. */
  readonly baggage: JsonObject;
  /** W3C trace context, for the services it calls: of its own span, or of the run; undefined if that is not traced. */
  readonly traceparent: string | undefined;
  readonly log: Log;
  /** Tells watchers how far the step is, and the platform that it is alive. */
  progress(done: number, total?: number): void;
}

export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** What the implementation of a contract is told. */
export type CtxOf<K extends AnyContract> = Ctx<K['options'], K extends AnyStep ? K['context'] : NoPorts> &
  (K extends AnyStream ? StreamCtx<K> : unknown);

/** What a stream is told besides. */
export interface StreamCtx<K extends AnyStream> {
  /**
   * Of a contract with `cursor`, where items were taken before: that of the last of them. What is yielded is what comes
   * behind that item, and nothing before it. Else undefined: it begins at the beginning.
   */
  readonly cursor: Code<K['yields']>[NonNullable<K['cursor']> & keyof Code<K['yields']>] | undefined;
}
