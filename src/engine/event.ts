import type { Failure } from './failure.js';
import type { Known, Origin } from './known.js';
import type { SentIntervention } from '../intervention/intervention.js';
import type { Value } from '../value/value.js';
import type { Breakpoint } from './breakpoint.js';

/**
 * What happens to a run. `at` is the time in milliseconds since the epoch, given by the driver: the engine reads no
 * clock [R1]. `exec` names an execution by the number its command carried; an event for one that is no longer in flight
 * changes nothing [R6].
 */
export type EngineEvent = { readonly at: number } & (
  | Started
  | Found
  | Completed
  | Failed
  | Yielded
  | Parked
  | Closed
  | Gathered
  | Sliced
  | Supplied
  | Fired
  | Items
  | Ended
  | Paused
  | Resumed
  | Fed
  | Stopping
  | Kept
  | Called
  | Intervened
  | Withdrawn
  | BreakpointsSet
  | Released
  | Cancelled
  | Filling
  | Full
  | Exhausted
  | Continued
);

/** The run begins. `inputs` by address: `$in.beans`, `brew/$in.water`. Missing required ones fail it at once, all named. */
export interface Started {
  readonly kind: 'started';
  readonly inputs: Readonly<Record<string, Value>>;
  /** Nodes of which it is known how they end: those that a fork takes from its source. */
  readonly known?: readonly Known[];
}
/** The cache was asked: what it has for the nodes of the plan. */
export interface Found {
  readonly kind: 'found';
  readonly exec: number;
  readonly known: readonly Known[];
}
/** An execution ended well. An output port that is not there is absent. */
export interface Completed {
  readonly kind: 'completed';
  readonly exec: number;
  readonly outputs: Readonly<Record<string, Value>>;
  /** It was not computed now, but by this one, before. */
  readonly from?: Origin;
  /** Of a stream: how many items it has yielded; all of them are there. */
  readonly count?: number;
}
/** An execution (or a gather) ended for good, its retries used up. What is waited for is executed again later. */
export interface Failed {
  readonly kind: 'failed';
  readonly exec: number;
  readonly error: Failure;
}
/** The most items of one `yielded`. */
export const MOST_ITEMS = 500;
/**
 * Items of a stream, while it runs. `first` is the index of the first of them; those that came before are passed over, and
 * nothing is taken where some would be missing. Of several attempts at an execution only the latest is listened to.
 */
export interface Yielded {
  readonly kind: 'yielded';
  readonly exec: number;
  readonly attempt: number;
  readonly first: number;
  /** May be none: then it is only asked how far it is. */
  readonly items: readonly StreamItem[] | ItemPack;
  /** Digest of the item before `first` as this attempt has it, if there is one: an attempt after the first must yield the same. */
  readonly before?: string;
}
/** One value per yield, in the order of the plan's contract; null where an optional one is absent. */
export type StreamItem = readonly (Value | null)[];
/** Items that lie in the store together. Taken whole or not at all, and only of a stream that `packs`. */
export interface ItemPack {
  readonly count: number;
  readonly last: StreamItem;
  /** By yield, in the order of the plan's contract: a list of those that are present. */
  readonly lists: readonly Value[];
}
/** A stream has ended its execution since nothing more is taken from it now; it is executed again when there is room. */
export interface Parked {
  readonly kind: 'parked';
  readonly exec: number;
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
/** A slice has come: items from the one on that was asked for, as many as fit, at least one if there are more. */
export interface Sliced {
  readonly kind: 'sliced';
  readonly exec: number;
  /** Of items that are wanted as their fields: one field after the other, null where absent. */
  readonly items: readonly (Value | null)[];
  /** How many items the list has. */
  readonly total: number;
}
/** A resolver or a merge has given its value. */
export interface Supplied {
  readonly kind: 'supplied';
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
/** A runner's next input; one whose id came before changes nothing. */
export interface Fed {
  readonly kind: 'fed';
  readonly id: string;
  /** Hash of the plan that it was made for. */
  readonly plan?: string;
  /** One per input of the graph, then one per open port; null where there is none. */
  readonly values: readonly (Value | null)[];
  /** The run context of this input, sealed. */
  readonly context?: string;
}
/** A runner's run is to come to rest, to be saved (unless not `persist`), and to end. */
export interface Stopping {
  readonly kind: 'stopping';
  readonly persist: boolean;
}
/** Results of ended scopes are in the store; `head` is the digest of the latest part. */
export interface Kept {
  readonly kind: 'kept';
  readonly exec: number;
  readonly head: string;
}
/** A checkpoint or a hook has ended. */
export interface Called {
  readonly kind: 'called';
  readonly exec: number;
}
/** A change from outside. Its outcome is decided here and now, once; a refused one changes nothing but the list of them. */
export interface Intervened {
  readonly kind: 'intervened';
  readonly intervention: SentIntervention;
}
/** Takes back an intervention that has not been used. */
export interface Withdrawn {
  readonly kind: 'withdrawn';
  readonly id: string;
}
/** From now on the run holds at these, and at no others. */
export interface BreakpointsSet {
  readonly kind: 'breakpointsSet';
  readonly breakpoints: readonly Breakpoint[];
}
/** Goes on past the breakpoint that holds at this address; without one, past all of them. */
export interface Released {
  readonly kind: 'released';
  readonly address?: string;
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
/** The record is full: what runs gets `within` milliseconds to end, then the successor executes it again. */
export interface Full {
  readonly kind: 'full';
  readonly within: number;
}
/** The record takes no more: the successor executes again what runs. */
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
