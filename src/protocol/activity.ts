import type { PortSchema } from '../document/document.js';
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
}
export interface StepResult {
  readonly out: Readonly<Record<string, Value>>;
}
/** The argument and the result of a gather. */
export interface GatherCall {
  readonly value: Value;
}
export interface GatherResult {
  readonly value: Value;
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
/** The result of either. */
export interface SupplyResult {
  readonly value: Value;
}
/** Heartbeat details of a step: the last `ctx.progress`. */
export interface Progress {
  readonly done: number;
  readonly total?: number;
}
