import type { PortSchema } from '../document/document.js';
import type { SentIntervention } from '../intervention/intervention.js';
import type { JsonObject } from '../value/json.js';
import type { Failure } from './failure.js';
import type { FedResult } from './fed.js';
import type { Value } from '../value/value.js';

/** What the engine wants done. A driver turns each into work, and its end into an event [R3]. */
export type Command =
  | Execute
  | LookUp
  | Gather
  | Slice
  | Resolve
  | Merge
  | Keep
  | Checkpoint
  | CallHook
  | Timer
  | Cancel
  | Finish
  | HandOver;

/**
 * Execute a step. Answered by `completed`, `failed`, or (after a `cancel`) `closed`; a stream also by any number of
 * `yielded` before, and instead of `completed` by `parked`.
 */
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
  /** Run context of the input of a runner that it belongs to, sealed. */
  readonly context?: string;
  /** Of a stream: where it goes on. */
  readonly stream?: StreamFlow & StreamForm;
}
/** How far a stream has come, and how many items more are taken of it now. */
export interface StreamFlow {
  /** Index of the next item that is not taken yet. */
  readonly next: number;
  readonly credit: number;
  /** What the last item that was taken has as its cursor, of a stream that says which that is. */
  readonly cursor?: Value;
}
/** `packs`: all who read its items only make lists of them, so that they may come as packs. */
export interface StreamForm {
  readonly packs?: true;
}
/** Ask the step cache for all nodes of the plan that it may have. Answered by `found` or `failed`. Not a step. */
export interface LookUp {
  readonly kind: 'lookUp';
  readonly exec: number;
  /** `!lookup` */
  readonly address: string;
  /** Of the run, by address. */
  readonly inputs: Readonly<Record<string, Value>>;
  /** Those that the run has received so far. */
  readonly interventions: readonly SentIntervention[];
}
/** Put a value into the store, so that only a ref of it travels. Answered by `gathered` or `failed`. Not a step. */
export interface Gather {
  readonly kind: 'gather';
  readonly exec: number;
  /** `<address>!gather-<n>`: unique in the run. */
  readonly address: string;
  readonly value: Value;
}
/** Give some items of a list that lies in the store. Answered by `sliced` or `failed`. Not a step. */
export interface Slice {
  readonly kind: 'slice';
  readonly exec: number;
  /** `<address>!items-<n>`: unique in the run. */
  readonly address: string;
  /** The list. */
  readonly value: Value;
  /** Index of the first item that is wanted. */
  readonly first: number;
  /** Each item is an object, and is wanted as its fields by these names. */
  readonly fields?: readonly string[];
  /** Peek keys, by field. */
  readonly peeks?: readonly (readonly string[])[];
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
/** Put results of a runner's ended scopes into the store. Answered by `kept` or `failed`. Not a step. */
export interface Keep {
  readonly kind: 'keep';
  readonly exec: number;
  /** `!keep-<n>`: unique in the run. */
  readonly address: string;
  readonly results: readonly FedResult[];
  /** Digest of the part before; null for the first one. */
  readonly before: string | null;
}
/** Save the state as it is now. Answered by `called` or `failed`. Not a step. */
export interface Checkpoint {
  readonly kind: 'checkpoint';
  readonly exec: number;
  /** `!checkpoint-<n>`: unique in the run. */
  readonly address: string;
  readonly reason: CheckpointReason;
}
export type CheckpointReason = 'cycle' | 'idle' | 'stop';
/** Call a hook. Answered by `called` or `failed`, which is the same: a hook harms nothing. Not a step. */
export interface CallHook {
  readonly kind: 'hook';
  readonly exec: number;
  /** `!<kind>-<n>`: unique in the run. */
  readonly address: string;
  readonly name: string;
  readonly event: HookEvent;
}
/** What hooks hear of: an input was taken, has ended, a node has failed, nothing is left to do, the run is being stopped. */
export type HookEvent =
  | { readonly kind: 'input'; readonly seq: number }
  | { readonly kind: 'completed'; readonly seq: number; readonly failed?: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** `seq`: the latest input. */
  | { readonly kind: 'idle'; readonly seq: number }
  | { readonly kind: 'stop' };
/** Send `fired` at this time (milliseconds since the epoch). */
export interface Timer {
  readonly kind: 'timer';
  readonly timer: number;
  readonly at: number;
  /** There is more to start than one moment may: nothing but another one is waited for. */
  readonly isTurn?: true;
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
  /** A runner's run that was stopped: it can be resumed. */
  readonly stopped?: true;
}
/** Nothing is in flight: a successor may go on from the snapshot. The last command of this link. */
export interface HandOver {
  readonly kind: 'handOver';
}
