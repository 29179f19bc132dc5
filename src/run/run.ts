import type { Breakpoint, Hold } from '../engine/breakpoint.js';
import type { InterventionState, WaitingPort } from '../engine/engine.js';
import type { Failure } from '../engine/failure.js';
import type { CacheMiss, Origin } from '../engine/known.js';
import type { Intervention, OnLate, Outcome } from '../intervention/intervention.js';
import type { Value } from '../value/value.js';

/** One execution of a plan, wherever it runs. `O` is what its outputs look like in code. */
export interface Run<O> {
  readonly id: string;
  /** The outputs; throws `RunFailedError` when the run fails or is cancelled. */
  result(): Promise<O>;
  /** Resolves when the run has ended, whatever way. */
  ended(options?: EndedOptions): Promise<RunStatus>;
  /** Starts nothing new until `resume`. What runs goes on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Cancels what runs, waits for it up to the grace, ends as cancelled. */
  cancel(reason?: string): Promise<void>;
  /**
   * Changes the run at a port, now. Throws `InvalidInterventionError`, or what the run refuses it with (`RefusedError`,
   * `run_finished`).
   */
  intervene(intervention: Intervention, options?: InterveneOptions): Promise<Intervened>;
  /** Takes back an intervention that has not been used. Throws `not_found`, `already_used`, `too_late`. */
  withdraw(id: string): Promise<void>;
  /** From now on the run holds at these, and at no others. */
  setBreakpoints(breakpoints: readonly Breakpoint[]): Promise<void>;
  /** Goes on past the breakpoint that holds at this address; without one, past all of them. */
  continue(at?: string): Promise<void>;
  view(): Promise<RunView>;
  /** Frames from the beginning, or after the frame with id `from`, until the run has ended. */
  watch(options?: WatchOptions): AsyncIterable<Frame>;
}
export interface InterveneOptions {
  /** Over what the intervention says. */
  readonly onLate?: OnLate;
  /** How long to wait for the run's answer, in milliseconds. Default 3 s. */
  readonly timeout?: number;
}
/** What the run decided about an intervention; `pending` if it has not answered yet: then the view has it later, by `id`. */
export type Intervened =
  | { readonly id: string; readonly outcome: Outcome; readonly seq: number; readonly pending?: undefined }
  | { readonly id: string; readonly pending: true; readonly outcome?: undefined; readonly seq?: undefined };

export interface EndedOptions {
  /** Ends the waiting (not the run): it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}
export interface WatchOptions {
  readonly from?: string;
  /** Ends the watching (not the run). */
  readonly signal?: AbortSignal;
  /** Who stops watching before the run has ended, by leaving the loop or by `signal`, cancels it. */
  readonly cancelOnDetach?: boolean;
}

export type RunStatus =
  | 'pending'
  | 'running'
  | 'paused'
  | 'completed'
  | 'completed_with_overrides'
  /** Some of them may be overrides too. */
  | 'completed_with_errors'
  | 'failed'
  | 'cancelled';
export type NodeStatus =
  'waiting' | 'running' | 'completed' | 'cached' | 'short-circuited' | 'pruned' | 'failed' | 'skipped' | 'cancelled';

/** What a run looks like now. Times in milliseconds since the epoch. */
export interface RunView {
  readonly id: string;
  readonly graph: string;
  readonly status: RunStatus;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** How many links (continue-as-new) came before. */
  readonly link: number;
  /** The run over whose record it was started. */
  readonly forkedFrom?: string;
  readonly nodes: readonly NodeView[];
  readonly outputs: Readonly<Record<string, Value>>;
  readonly error?: Failure;
  /** The first hundred failures of nodes, in the order of events, those of items and iterations that have ended included. */
  readonly failures?: readonly Failure[];
  /** How many there are. */
  readonly failed?: number;
  /** An override or an operate is in what it gave. Known when it has ended. */
  readonly overridden?: true;
  /** In the order in which the run received them; those it has refused come last. */
  readonly interventions?: readonly InterventionState[];
  /** Addresses of interventions that have no effect. */
  readonly unused?: readonly string[];
  /** Input ports that the run waits for. */
  readonly waiting?: readonly WaitingPort[];
  /** Where it holds. */
  readonly holds?: readonly Hold[];
}
export interface NodeView {
  readonly at: string;
  /** The step's id; of nodes without one: `sleep`. */
  readonly step: string;
  readonly state: NodeStatus;
  readonly generation: number;
  /** Attempts of its latest execution that are known to have started. Of a node that ended many links ago, neither that nor its times are. */
  readonly attempts: number;
  readonly scheduledAt?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly outputs?: Readonly<Record<string, Value>>;
  /** What the step gave at ports that an intervention changed. */
  readonly computed?: Readonly<Record<string, Value>>;
  /** An override or an operate is in what it read or gave. */
  readonly overridden?: true;
  /** Of a cached one: who has computed what it gives. */
  readonly from?: Origin;
  /** Why one whose results are cached ran all the same. */
  readonly miss?: CacheMiss;
  /** Of which build the worker was, where it has said so. */
  readonly build?: string;
  /** The span of the attempt that ended it, where that was traced. */
  readonly trace?: Trace;
  readonly error?: Failure;
  /** Of an each or a loop that runs: how many items or iterations have ended, and of how many. */
  readonly progress?: { readonly done: number; readonly total?: number };
  /** Only while it is in flight, from Temporal's pending activities. */
  readonly live?: LiveNode;
}
/** A span, by W3C trace context: 32 hex digits, 16, 16. */
export interface Trace {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
}
export interface LiveNode {
  readonly state: 'queued' | 'running' | 'backing-off' | 'cancelling';
  readonly lastFailure?: string;
  readonly progress?: { readonly done: number; readonly total?: number };
  readonly worker?: string;
}

/**
 * One thing that happened in a run. `id` is `link.task.sub`, ordered, the same whenever it is asked for; a frame without
 * one is `live`: seen only by who watches now.
 */
export interface Frame {
  readonly id?: string;
  readonly live?: true;
  /** The node's address, or an intervention's; '' for the run itself. */
  readonly at: string;
  readonly kind: FrameKind;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly generation?: number;
  readonly attempt?: number;
  readonly startedAt?: number;
  readonly outputs?: Readonly<Record<string, Value>>;
  /** Of a cached node: who has computed what it gives. */
  readonly from?: Origin;
  /** Why a node whose results are cached ran all the same. */
  readonly miss?: CacheMiss;
  /** The span of an attempt that has ended, where it was traced. */
  readonly trace?: Trace;
  readonly error?: Failure;
  readonly status?: RunStatus;
  /** Of an intervention; one that was refused has an error instead. */
  readonly outcome?: Outcome;
  /** The intervention's. */
  readonly intervention?: string;
  readonly progress?: { readonly done: number; readonly total?: number };
}
export type FrameKind =
  | 'run'
  | 'scheduled'
  | 'attempt'
  | 'progress'
  | 'completed'
  | 'cached'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'short-circuited'
  | 'pruned'
  | 'intervention'
  | 'withdrawn'
  | 'held'
  | 'timer'
  | 'paused'
  | 'resumed'
  | 'link'
  | 'ended';
