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

/** Every value of a result, those of the graph first. */
export const valuesIn = ({ outputs, facts }: FedResult): readonly Value[] =>
  [outputs, ...Object.values(facts)].flatMap(values => Object.values(values));

/** How many values its nodes gave. */
export const factsIn = ({ facts }: FedResult): number =>
  Object.values(facts).reduce((sum, values) => sum + Object.keys(values).length, 0);

/** An input that was taken, as its id tells it from another one. */
export interface Taken {
  readonly seq: number;
  /** Of its values, not of its context. */
  readonly content: string;
}

/** What a runner's run keeps beside its scopes. */
export interface Feed {
  accepted: number;
  ended: number;
  failed: number;
  /** How many values its ended scopes have given. */
  facts: number;
  readonly queue: Accepted[];
  /** By their ids: inputs that have not ended, and the latest that have. */
  readonly open: Map<string, Taken>;
  readonly recent: Map<string, Taken>;
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
  open: new Map(),
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

type TakenSnapshot = readonly [id: string, seq: number, content: string];
const takenSnapshots = (all: ReadonlyMap<string, Taken>): readonly TakenSnapshot[] =>
  [...all].map(([id, { seq, content }]) => [id, seq, content]);
const restoreTaken = (all: readonly TakenSnapshot[]): Map<string, Taken> =>
  new Map(all.map(([id, seq, content]) => [id, { seq, content }]));

/** A feed as JSON. */
export type FeedSnapshot = Omit<Feed, 'open' | 'recent' | 'calls' | 'hasCompleted'> & {
  readonly open: readonly TakenSnapshot[];
  readonly recent: readonly TakenSnapshot[];
  readonly calls: readonly number[];
};

export const feedSnapshot = ({ open, recent, calls, hasCompleted: _, ...feed }: Feed): FeedSnapshot => ({
  ...feed,
  queue: [...feed.queue],
  done: [...feed.done],
  untold: [...feed.untold],
  open: takenSnapshots(open),
  recent: takenSnapshots(recent),
  calls: [...calls],
});

export const restoreFeed = (from: FeedSnapshot): Feed => ({
  ...from,
  queue: [...from.queue],
  done: [...from.done],
  untold: [...from.untold],
  open: restoreTaken(from.open),
  recent: restoreTaken(from.recent),
  calls: new Set(from.calls),
  hasCompleted: false,
});
