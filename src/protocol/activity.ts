import type { Begun } from '../engine/begun.js';
import type { PortSchema } from '../document/document.js';
import type { CacheMiss, Known, Origin } from '../engine/known.js';
import type { CheckpointReason, HookEvent, StreamFlow, StreamForm } from '../engine/command.js';
import type { Yielded } from '../engine/event.js';
import type { FedResult } from '../engine/fed.js';
import type { Snapshot } from '../engine/snapshot.js';
import type { WorkflowName } from './start.js';
import type { PlanRetry } from '../plan/plan.js';
import type { JsonObject } from '../value/json.js';
import type { Value } from '../value/value.js';

/** The argument of a step's activity. Short keys: it stands in the history of every step. */
export interface StepCall {
  /** The node's address. The activity id says it too, but may be shortened. */
  readonly at: string;
  /** Digest of the contract in the plan: a worker with another one answers `step_not_here`. */
  readonly contract: string;
  readonly generation: number;
  /** The first execution id of the run's chain: with `at` and `generation` it makes the idempotency key. */
  readonly run: string;
  readonly in: Readonly<Record<string, Value>>;
  readonly options?: JsonObject;
  /** Only where Temporal's own policy can't say it (linear, jitter): the activity asks for its next delay. */
  readonly retry?: PlanRetry;
  /** Peek keys by output port. */
  readonly peeks?: Readonly<Record<string, readonly string[]>>;
  /** The run's, if it has some. */
  readonly baggage?: JsonObject;
  /** Of a step whose results are cached, unless the run bypasses the cache. `ttl` in milliseconds. */
  readonly cache?: { readonly use: 'use' | 'refresh'; readonly ttl?: number };
  /** The run's context, sealed; only of a step that declares some. */
  readonly context?: string;
  /** The run's `traceparent`, if it is traced. */
  readonly trace?: string;
  /** Of a stream. */
  readonly stream?: StreamCall;
}
export interface StepResult {
  readonly out: Readonly<Record<string, Value>>;
  /** Not computed now: who has. */
  readonly from?: Origin;
  /** Computed although its results are cached: why there was none to take. */
  readonly miss?: CacheMiss;
  /** `traceparent` of the attempt's span, if it had one. */
  readonly trace?: string;
}
/** The argument of a stream's activity has this besides: how to speak of the execution to the run, and where to go on. */
export interface StreamCall extends StreamFlow, StreamForm {
  readonly exec: number;
  /** Peek keys by yield. */
  readonly peeks?: Readonly<Record<string, readonly string[]>>;
}
/** The result of a stream's activity: its outputs and the number of items, or that it waits for room elsewhere. */
export type StreamResult = (StepResult & { readonly count: number }) | { readonly parked: true };
/** Items on their way to the run. Never more than 500 of them, nor more than 128 KiB (but for a single one). */
export type YieldedCall = Omit<Yielded, 'kind'>;
/** `over`: nothing is taken from this attempt any more (it was cancelled, replaced, or another one is on its way). */
export type YieldedAnswer = StreamFlow | { readonly over: true };
/** The argument and the result of a gather. */
export interface GatherCall {
  readonly value: Value;
}
export interface GatherResult {
  readonly value: Value;
}
/** The argument and the result of a slice of a list. */
export interface SliceCall {
  readonly value: Value;
  readonly first: number;
  /** Each item is an object, and is wanted as its fields by these names. */
  readonly fields?: readonly string[];
  /** Peek keys, by field: of an item that is wanted whole those of the only one. */
  readonly peeks?: readonly (readonly string[])[];
}
export interface SliceResult {
  /** Of items that are wanted as their fields: one field after the other, null where absent. */
  readonly items: readonly (Value | null)[];
  readonly total: number;
}
/** The argument of a resolver's activity. */
export interface ResolveCall {
  /** Unique in the run: with `run` it makes the idempotency key. */
  readonly at: string;
  readonly run: string;
  readonly name: string;
  readonly args: JsonObject;
  readonly schema: PortSchema;
}
/** The argument of a merge's activity. */
export interface MergeCall {
  readonly at: string;
  readonly run: string;
  readonly operate: string;
  readonly inner: Value | null;
  readonly data: Value;
  readonly schema: PortSchema;
}
/** The argument of the look-up in the step cache. */
export type LookUpCall = Begun;
export interface LookUpResult {
  readonly known: readonly Known[];
}
/** The argument of what keeps results of a runner; `part` is what lies in the store under the digest that comes back. */
export interface KeepCall {
  readonly part: ResultsPart;
}
export interface KeepResult {
  readonly head: string;
}
/** Results of a runner as they lie in the store: a chain, latest part first. */
export interface ResultsPart {
  readonly before: string | null;
  readonly results: readonly FedResult[];
}
/** The argument of what saves the state of a runner's run. */
export interface CheckpointCall {
  readonly workflow: WorkflowName;
  /** Unique in the run. */
  readonly at: string;
  readonly reason: CheckpointReason;
  readonly snapshot: Snapshot;
}
/** The argument of a hook's activity. */
export interface HookCall {
  readonly workflow: WorkflowName;
  readonly at: string;
  readonly run: string;
  readonly name: string;
  readonly event: HookEvent;
}
/** The result of a resolver and of a merge. */
export interface SupplyResult {
  readonly value: Value;
}
/** Heartbeat details of a step: the last `ctx.progress`. */
export interface Progress {
  readonly done: number;
  readonly total?: number;
}
