import type { PortSchema } from '../document/document.js';
import type { JsonObject } from '../value/json.js';
import type { Failure } from './failure.js';
import type { Value } from '../value/value.js';

/** What the engine wants done. A driver turns each into work, and its end into an event [R3]. */
export type Command = Execute | Gather | Resolve | Merge | Timer | Cancel | Finish | HandOver;

/** Execute a step. Answered by `completed`, `failed`, or (after a `cancel`) `closed`. */
export interface Execute {
  readonly kind: 'execute';
  readonly exec: number;
  /** The node's address in the run: `pages[3]/hard/ocr`. */
  readonly address: string;
  /** 1, 2, …: a recompute adds one [R6]. */
  readonly generation: number;
  /** `plan.bodies[body].nodes[node]` */
  readonly body: number;
  readonly node: number;
  /** By port; an absent optional one is not there. */
  readonly inputs: Readonly<Record<string, Value>>;
}
/** Put a value into the store, so that only a ref of it travels. Answered by `gathered` or `failed`. Not a step. */
export interface Gather {
  readonly kind: 'gather';
  readonly exec: number;
  /** `<address>!gather-<n>`: unique in the run. */
  readonly address: string;
  readonly value: Value;
}
/** Call a resolver: an intervention's value is needed now. Answered by `supplied` or `failed`. Not a step. */
export interface Resolve {
  readonly kind: 'resolve';
  readonly exec: number;
  /** `<address>!resolve-<n>`, where the intervention works: unique in the run. */
  readonly address: string;
  readonly name: string;
  readonly args: JsonObject;
  /** What the value is to be. */
  readonly schema: PortSchema;
}
/** Call an operate's merge. Answered by `supplied` or `failed`. Not a step. */
export interface Merge {
  readonly kind: 'merge';
  readonly exec: number;
  /** `<address>!merge-<n>`: unique in the run. */
  readonly address: string;
  readonly operate: string;
  /** What the port would have without it; `null` if the node was not executed, or the port is absent. */
  readonly inner: Value | null;
  /** The intervention's value. */
  readonly data: Value;
  /** What the value is to be. */
  readonly schema: PortSchema;
}
/** Send `fired` at this time (milliseconds since the epoch). */
export interface Timer {
  readonly kind: 'timer';
  readonly timer: number;
  readonly at: number;
  /** What it is for, for people: `sleep pause`, `deadline brew`. */
  readonly summary: string;
}
/** Stop an execution (answered by `closed`, or by its own end) or forget a timer (not answered). */
export type Cancel =
  { readonly kind: 'cancel'; readonly exec: number } | { readonly kind: 'cancel'; readonly timer: number };
/** The run has ended. The last command of a run. */
export interface Finish {
  readonly kind: 'finish';
  readonly status: 'completed' | 'failed' | 'cancelled';
  /** The graph's outputs; of a run that did not complete, those that are there. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** Why, if `failed` or `cancelled`. */
  readonly error?: Failure;
  /** Every node that failed by `fail` or was skipped by `onFailure: skip`, by address. */
  readonly failures: readonly Failure[];
  /** An override or an operate was used. */
  readonly overridden?: true;
  /** Addresses of executions that did not close within the grace. */
  readonly abandoned: readonly string[];
}
/** Nothing is in flight: a successor may go on from the snapshot. The last command of this link. */
export interface HandOver {
  readonly kind: 'handOver';
}
