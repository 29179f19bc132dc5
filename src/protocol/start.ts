import type { Known } from '../engine/known.js';
import type { RunOptions } from '../engine/options.js';
import type { Snapshot } from '../engine/snapshot.js';
import type { Failure } from '../engine/failure.js';
import type { SentIntervention } from '../intervention/intervention.js';
import type { Plan } from '../plan/plan.js';
import type { Value } from '../value/value.js';

/** The engine's behaviour this run was started with; a change of behaviour gets a new number and both are kept [R7]. */
export const ENGINE_VERSION = 1;

/** The one argument of the interpreter workflow, of the first link of a run and of every later one. */
export interface StartArgument {
  readonly engineVersion: number;
  readonly plan: Plan;
  /** By address: `$in.beans`. */
  readonly inputs: Readonly<Record<string, Value>>;
  readonly options: RunOptions;
  /** What the run is changed by from the start. Of the first link: later ones have it in their snapshot. */
  readonly interventions?: readonly SentIntervention[];
  /** How nodes end of which that is known: those that a fork takes from its source. Of the first link. */
  readonly known?: readonly Known[];
  /** The run that this one is a fork of. */
  readonly forkedFrom?: string;
  /** The run's context, sealed. */
  readonly context?: string;
  /** W3C `traceparent` of who started the run: the parent of its steps' spans. */
  readonly trace?: string;
  /** Of a runner's run. */
  readonly workflow?: WorkflowName;
  /** Whether the namespace knows our search attributes; without them the run goes unmarked. */
  readonly searchable: boolean;
  /** Lowers the limits of a link; for tests. */
  readonly linkLimits?: LinkLimits;
  /** Of the second link on: where the run stands. */
  readonly carried?: Carried;
}
/** Which workflow of which runner a run is. */
export interface WorkflowName {
  readonly runner: string;
  readonly id: string;
  /** Digest of the blob with what it was started with: a resume begins with that again. */
  readonly start: string;
}
export interface Carried {
  /** 1, 2, …; the first link is 0, also of a workflow that was resumed. */
  readonly link: number;
  readonly snapshot: Snapshot;
  /** When the first link was started, milliseconds since the epoch. None of a workflow that was resumed. */
  readonly startedAt?: number;
}
export interface LinkLimits {
  /** Come to rest from this many history events on. */
  readonly events: number;
  /** End from this many on, whatever runs: it gets `within` milliseconds. Default 20,000 and 30 s. */
  readonly full?: { readonly events: number; readonly within: number };
  /** Be full from this many updates on, where streams send them. Default 1,200. */
  readonly updates?: number;
}

/** What the workflow returns when the run completes. */
export interface RunOutput {
  readonly outputs: Readonly<Record<string, Value>>;
  /** Nodes that failed and did not stop the run. */
  readonly failures: readonly Failure[];
  /** An override or an operate is in what it gives. */
  readonly overridden?: true;
  /** A runner's run that was stopped: it can be resumed. */
  readonly stopped?: true;
}

/**
 * The details of the `ApplicationFailure` (its type is `error.code`, non-retryable) or of the `CancelledFailure` that ends
 * a run that did not complete.
 */
export interface RunFailureDetails extends RunOutput {
  readonly error: Failure;
  readonly abandoned: readonly string[];
}

/** Kept in the memo under `espalier`, to tell a repeated start from a conflicting one. */
export interface StartMemo {
  readonly plan: string;
  readonly input: string;
  readonly options: string;
  /** Digest of the interventions, without ids that nobody chose; absent if there are none. */
  readonly interventions?: string;
  /** Digest of the context, of those that can't be computed without the tenant's key; absent if there is none. */
  readonly context?: string;
  /** The run that this one is a fork of. */
  readonly forkedFrom?: string;
  /** Of a runner's workflow: what it was started with, by its digest. */
  readonly start?: string;
  readonly engineVersion: number;
}
