import type { Value } from '../value/value.js';
import type { HookEvent } from './command.js';
import type { Failure } from './failure.js';

/** An input that was accepted, while it waits for room. */
export interface Accepted {
  readonly seq: number;
  /** One per input of the graph, then one per open port; null where there is none. */
  readonly values: readonly (Value | null)[];
  /** Its run context, sealed. */
  readonly context?: string;
}

/** What came of one input of a runner. */
export interface FedResult {
  /** 0, 1, …: its scope was `$[seq]`. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  /** Of the graph, by port; absent ones are not there. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** Of each node, by port. */
  readonly facts: Readonly<Record<string, Readonly<Record<string, Value>>>>;
  readonly failures?: readonly Failure[];
  /** A node has failed, or a required output is absent. */
  readonly failed?: true;
}

/** What a runner's run keeps beside its scopes. */
export interface Feed {
  accepted: number;
  ended: number;
  failed: number;
  /** How many values its ended scopes have given. */
  facts: number;
  readonly queue: Accepted[];
  /** Numbers of the latest inputs by their ids. */
  readonly recent: Map<string, number>;
  /** Results that are not in the store yet, in the order of their ends. */
  readonly done: FedResult[];
  /** Of those, in bytes. */
  weight: number;
  /** How many are in the store, and the digest of the latest part: it names the one before it. */
  kept: number;
  head: string | null;
  keeping: { readonly exec: number; readonly count: number } | null;
  /** What hooks are to hear. */
  readonly untold: HookEvent[];
  /** Checkpoints and hooks on their way. */
  readonly calls: Set<number>;
  cycles: number;
  /** A node has completed in this event. */
  hasCompleted: boolean;
  isIdle: boolean;
}

export const createFeed = (): Feed => ({
  accepted: 0,
  ended: 0,
  failed: 0,
  facts: 0,
  queue: [],
  recent: new Map(),
  done: [],
  weight: 0,
  kept: 0,
  head: null,
  keeping: null,
  untold: [],
  calls: new Set(),
  cycles: 0,
  hasCompleted: false,
  isIdle: false,
});

/** A feed as JSON. */
export type FeedSnapshot = Omit<Feed, 'recent' | 'calls' | 'hasCompleted'> & {
  readonly recent: readonly (readonly [id: string, seq: number])[];
  readonly calls: readonly number[];
};

export const feedSnapshot = ({ recent, calls, hasCompleted: _, ...feed }: Feed): FeedSnapshot => ({
  ...feed,
  queue: [...feed.queue],
  done: [...feed.done],
  untold: [...feed.untold],
  recent: [...recent],
  calls: [...calls],
});

export const restoreFeed = (from: FeedSnapshot): Feed => ({
  ...from,
  queue: [...from.queue],
  done: [...from.done],
  untold: [...from.untold],
  recent: new Map(from.recent),
  calls: new Set(from.calls),
  hasCompleted: false,
});
