import type { Cover } from '../intervention/covers.js';
import type { Outcome, SentIntervention } from '../intervention/intervention.js';
import type { Place } from '../intervention/target.js';
import type { Value } from '../value/value.js';
import type { Merge, Resolve } from './command.js';
import type { Failure } from './failure.js';
import type { CACHED, COMPLETED, FAILED, SHORT_CIRCUITED } from './state.js';

/** An intervention as the run knows it. */
export interface Received extends Cover {
  /** Milliseconds since the epoch; 0 until the run begins. */
  at: number;
  outcome: Outcome;
  /** Taken back before it was used. */
  withdrawn: boolean;
  /** A consumer of a scope that has closed has read it. */
  used: boolean;
  /** Why it can have no effect. */
  why?: string;
  /** Why its resolver or merge failed. */
  failed?: string;
}
export interface Refused {
  readonly sent: SentIntervention;
  readonly at: number;
  readonly refused: Failure;
}
/** A value that an intervention needs, on its way: a resolver's, or a merge's. */
export interface Supply {
  readonly kind: 'resolve' | 'merge';
  readonly scope: number;
  readonly place: Place;
  /** Of the intervention. */
  readonly seq: number;
  /** Nodes that go on when it is there. */
  readonly waiters: number[];
  readonly command: Resolve | Merge;
}
/** Outputs on the way from what the step gave to what consumers see. */
export interface Finishing {
  /** Which status the node ends with. */
  readonly status: typeof COMPLETED | typeof CACHED | typeof FAILED | typeof SHORT_CIRCUITED;
  /** By output: what the step gave; null if it was not executed. */
  readonly computed: readonly (Value | null)[] | null;
  /** By slot: what its merge gave, and for which intervention. */
  readonly merged: Map<number, { readonly seq: number; readonly value: Value }>;
}
