import type { Failure } from './failure.js';
import type { Value } from '../value/value.js';

/**
 * What happens to a run. `at` is the time in milliseconds since the epoch, given by the driver: the engine reads no
 * clock [R1]. `exec` names an execution by the number its command carried; an event for one that is no longer in flight
 * changes nothing [R6].
 */
export type EngineEvent = { readonly at: number } & (
  | Started
  | Completed
  | Failed
  | Closed
  | Gathered
  | Fired
  | Items
  | Ended
  | Paused
  | Resumed
  | Cancelled
  | Filling
  | Exhausted
  | Continued
);

/** The run begins. `inputs` by address: `$in.beans`, `brew/$in.water`. Missing required ones fail it at once, all named. */
export interface Started {
  readonly kind: 'started';
  readonly inputs: Readonly<Record<string, Value>>;
}
/** An execution ended well. An output port that is not there is absent. */
export interface Completed {
  readonly kind: 'completed';
  readonly exec: number;
  readonly outputs: Readonly<Record<string, Value>>;
}
/** An execution (or a gather) ended for good, its retries used up. `step_not_here` is executed again later. */
export interface Failed {
  readonly kind: 'failed';
  readonly exec: number;
  readonly error: Failure;
}
/** An execution that the engine cancelled has heard it and is gone. */
export interface Closed {
  readonly kind: 'closed';
  readonly exec: number;
}
/** A gather ended: the value that now stands for what it was given. */
export interface Gathered {
  readonly kind: 'gathered';
  readonly exec: number;
  readonly value: Value;
}
/** A timer's time has come. */
export interface Fired {
  readonly kind: 'fired';
  readonly timer: number;
}
/** Items (or states) for the scopes of a `scoped` node; `first` is the index of the first one. */
export interface Items {
  readonly kind: 'items';
  readonly scope: number;
  readonly node: number;
  readonly first: number;
  /** Per item one value per field, in the order of the body's inputs. */
  readonly items: readonly (readonly (Value | null)[])[];
}
/** A `scoped` node gets no more scopes: it ends when those it has have ended. */
export interface Ended {
  readonly kind: 'ended';
  readonly scope: number;
  readonly node: number;
}
/** Start nothing new until `resumed`. What runs goes on. */
export interface Paused {
  readonly kind: 'paused';
}
export interface Resumed {
  readonly kind: 'resumed';
}
/** Cancel what runs, start nothing more, end as `cancelled`. */
export interface Cancelled {
  readonly kind: 'cancelled';
  readonly reason?: string;
}
/** The driver's record of this run is filling up: come to rest, so that a successor can take over the snapshot. */
export interface Filling {
  readonly kind: 'filling';
}
/** The driver's record is full: the run fails with `history_limit`. */
export interface Exhausted {
  readonly kind: 'exhausted';
}
/**
 * Another driver goes on from a snapshot. Timers are armed again; what was in flight is executed again as the next
 * generation [R6].
 */
export interface Continued {
  readonly kind: 'continued';
}
