import type { Value } from '../value/value.js';
import type { Failure } from './failure.js';
import type { FeedSnapshot } from './fed.js';
import type { Known, Origin } from './known.js';
import type { RunOptions } from './options.js';
import type { Breakpoint, Hold } from './breakpoint.js';
import type { StreamProgress } from './stream-progress.js';
import type { Finishing, Received, Refused, Supply } from './received.js';
import type {
  State,
  Ending,
  Flight,
  GatherPart,
  Gathering,
  NodeOfScope,
  NotHere,
  ScopedProgress,
  TimerPurpose,
  Turn,
} from './state.js';

/**
 * The state of a run as one JSON value [R2]. `restoreEngine(plan, snapshot)` gives an engine that goes on as the original
 * would have. Counters of unsettled inputs and the queue of ready nodes follow from the rest and are not in it.
 */
export interface Snapshot {
  readonly snapshotVersion: 1;
  /** The plan's hash. */
  readonly plan: string;
  readonly options: RunOptions;
  readonly paused: boolean;
  readonly filling: boolean;
  readonly full?: true;
  /** The timer that ends a drain that takes too long, if one is under way. */
  readonly drain: number | null;
  readonly ending: Ending | null;
  readonly over: boolean;
  readonly next: { readonly exec: number; readonly timer: number; readonly scope: number };
  readonly turn: Turn;
  readonly scopes: readonly ScopeSnapshot[];
  readonly flights: readonly (readonly [exec: number, flight: Flight])[];
  readonly gathers: readonly (readonly [exec: number, part: GatherPart])[];
  readonly gatherQueue: readonly GatherPart[];
  readonly slices?: readonly (readonly [exec: number, asked: NodeOfScope])[];
  readonly timers: readonly (readonly [timer: number, at: number, purpose: TimerPurpose])[];
  readonly failures: readonly Failure[];
  /** What follows is left out where there is none. */
  readonly received?: readonly ReceivedSnapshot[];
  readonly refused?: readonly Refused[];
  readonly supplies?: readonly (readonly [exec: number, supply: Supply, sent: boolean])[];
  readonly known?: readonly Known[];
  readonly lookUp?: number;
  readonly feed?: FeedSnapshot;
  readonly stopping?: NonNullable<State['stopping']>;
  readonly breakpoints?: readonly Breakpoint[];
  readonly holds?: readonly Hold[];
  readonly held?: readonly string[];
}

/** Where it works follows from its address. */
export type ReceivedSnapshot = Omit<Received, 'target' | 'seq'>;

export interface ScopeSnapshot {
  readonly id: number;
  readonly body: number;
  readonly parent?: { readonly scope: number; readonly node: number; readonly ordinal: number };
  /** A value, `null` where absent, `0` where not settled yet, or known from the scope around it. */
  readonly slots: readonly (Value | null | 0)[];
  /** One digit per node: its index in `NODE_STATUSES`. */
  readonly status: string;
  /** Only those that are not 1. */
  readonly generations: readonly (readonly [node: number, generation: number])[];
  readonly failures: readonly (readonly [node: number, failure: Failure])[];
  readonly gathering: readonly (readonly [node: number, gathering: Gathering])[];
  readonly notHere: readonly (readonly [node: number, notHere: NotHere])[];
  readonly scoped: readonly (readonly [node: number, progress: ProgressSnapshot])[];
  readonly streams?: readonly (readonly [node: number, stream: StreamProgress])[];
  readonly origins?: readonly (readonly [node: number, origin: Origin])[];
  readonly context?: string;
  readonly interventions?: ScopeInterventions;
}

/** `captured` only of a node whose scopes come from outside. What any other has read is in the slots around it. */
export type ProgressSnapshot = Omit<ScopedProgress, 'captured' | 'list'> & {
  readonly captured?: ScopedProgress['captured'];
};

/** What interventions have changed in a scope. */
export interface ScopeInterventions {
  /** Numbers of those that are effective. */
  readonly covers: readonly number[];
  readonly forms: readonly (readonly [source: number, value: Value | null])[];
  readonly computed: readonly (readonly [slot: number, value: Value | null])[];
  readonly overridden: readonly number[];
  readonly finishing: readonly (readonly [node: number, finishing: FinishingSnapshot])[];
  readonly supplied: readonly (readonly [key: string, value: Value])[];
}
export type FinishingSnapshot = Omit<Finishing, 'merged'> & {
  readonly merged: readonly (readonly [slot: number, merged: { readonly seq: number; readonly value: Value }])[];
};
