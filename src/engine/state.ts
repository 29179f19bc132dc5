import type { Covers } from '../intervention/covers.js';
import type { Need } from '../intervention/need.js';
import type { BodyIndex } from '../plan/body-index.js';
import type { Body, Plan, PlanNode, Source } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import type { Breakpoint, Hold } from './breakpoint.js';
import type { Touched } from './changes.js';
import type { Command } from './command.js';
import type { Failure } from './failure.js';
import type { Feed } from './fed.js';
import type { Known, Origin } from './known.js';
import type { ListItems } from './list-items.js';
import type { RunOptions } from './options.js';
import type { Results } from './results.js';
import type { Finishing, Received, Refused, Supply } from './received.js';
import type { ReadyQueue } from './ready-queue.js';
import type { Stages } from './stage-table.js';
import type { StreamProgress } from './stream-progress.js';
import type { Worklist } from './worklist.js';

/** The engine's state. Functions of this room change it in place; nothing outside the room sees it. */
export interface State {
  readonly plan: Plan;
  /** What follows from the plan alone, per body. */
  readonly index: readonly BodyIndex[];
  readonly options: RunOptions;
  paused: boolean;
  /** The driver's record is filling up (`filling`); draining starts as soon as nothing old is in flight. */
  filling: boolean;
  /** It is full: draining ends with a hand-over, whatever is in flight. */
  full: boolean;
  drain: number | null;
  /** Set when it is known how the run ends: what is in flight is being closed. */
  ending: Ending | null;
  /** `finish` or `handOver` was given: nothing follows. */
  over: boolean;
  readonly next: { exec: number; timer: number; scope: number };
  turn: Turn;
  readonly scopes: Map<number, Scope>;
  readonly flights: Map<number, Flight>;
  readonly gathers: Map<number, GatherPart>;
  gatherQueue: GatherPart[];
  /** Slices of lists on their way, by what they are for. */
  readonly slices: Map<number, NodeOfScope>;
  /** What was asked from outside, in the order in which it came. */
  readonly received: Received[];
  readonly byId: Map<string, Received>;
  /** By body and place, in that order; null until it is asked for. It follows from the rest. */
  byPlace: Map<string, Received[]> | null;
  /** What came by signal and was not taken. */
  readonly refused: Refused[];
  /** By address: how nodes end that have not come to it yet. */
  readonly known: Map<string, Known>;
  /** The execution that asks the cache, while it does. */
  lookUp: number | null;
  /** Only of a runner's run. */
  feed: Feed | null;
  /** Set while a runner's run is being stopped. */
  stopping: {
    readonly persist: boolean;
    readonly timer: number;
    /** The execution that saves the last state, and how many inputs had been taken in that. */
    readonly saving: number | null;
    readonly saved: number;
  } | null;
  /** Resolvers and merges on their way. */
  readonly supplies: Map<number, Supply>;
  /** Those that have not been sent yet; and all of them by what they are for. Both follow from the rest. */
  readonly unsent: Set<number>;
  readonly asked: Map<string, number>;
  breakpoints: readonly Breakpoint[];
  /** Where the run holds, and where it has held: `breakpoint|address|generation`. */
  holds: readonly Hold[];
  readonly held: Set<string>;
  readonly timers: Map<number, { readonly at: number; readonly purpose: TimerPurpose }>;
  readonly failures: Failure[];
  /** Timers by node (`nodeKey`), and blocked nodes and counts by limit: they follow from the rest. */
  readonly nodeTimers: Map<number, Set<number>>;
  readonly limits: Map<string, Limit>;
  /** Only of a run that goes stage by stage; follows from the rest. */
  readonly stages: Stages | null;
  readonly ready: ReadyQueue;
  /** Those of them that are streams, also such as are executed again. */
  readonly readyStreams: ReadyQueue;
  /** How many executions are of streams. It follows from the rest. */
  streaming: number;
  /** Ready nodes that no execution stands for (sleeps, scopes), kept back while nothing may start. */
  readonly idle: ReadyQueue;
  /** Nodes that may have scopes to open by themselves: all that have are in it. It follows from the rest. */
  readonly opening: ReadyQueue;
  /** Work of this event: nodes whose inputs have all settled, and scopes whose nodes have all ended. */
  readonly settled: Worklist<{ readonly scope: Scope; readonly node: number }>;
  readonly endedScopes: Worklist<Scope>;
  /** Nodes that this event has changed, until somebody has looked at them, by `nodeKey`. */
  readonly touched: Map<number, Touched>;
  /** Commands of this event. */
  commands: Command[];
  /** Time of this event, milliseconds. */
  now: number;
}

export const NODE_STATUSES = [
  'waiting',
  /** All inputs are there; not started yet. */
  'queued',
  'running',
  'completed',
  'failed',
  'skipped',
  'cancelled',
  /** Not executed: interventions supply all of its outputs. */
  'short-circuited',
  /** Not executed: nothing that runs needs its outputs. */
  'pruned',
  /** Not executed: what it gives was computed before. */
  'cached',
] as const;
export type NodeStatus = (typeof NODE_STATUSES)[number];
export const WAITING = 0;
export const QUEUED = 1;
export const RUNNING = 2;
export const COMPLETED = 3;
export const FAILED = 4;
export const SKIPPED = 5;
export const CANCELLED = 6;
export const SHORT_CIRCUITED = 7;
export const PRUNED = 8;
export const CACHED = 9;

/** A small run of one body [R5]. The graph itself is scope 0. */
export interface Scope {
  readonly id: number;
  readonly body: number;
  /** What stands before a node's id in its address: '' or `pages[3]/`. */
  readonly prefix: string;
  readonly parent?: { readonly scope: number; readonly node: number; readonly ordinal: number };
  /** By slot: the value consumers see, `null` where absent, `undefined` where not settled yet. */
  readonly slots: (Value | null | undefined)[];
  readonly status: Uint8Array;
  /** By node: how many of the slots it reads are not settled yet. */
  readonly waits: Int32Array;
  /** By node, where it is not `base`. */
  readonly generations: Map<number, number>;
  /** The first generation of its nodes: that of the node which opened it. */
  readonly base: number;
  readonly failures: Map<number, Failure>;
  readonly gathering: Map<number, Gathering>;
  readonly notHere: Map<number, NotHere>;
  /** Of nodes that were not executed here: who has computed what they gave. */
  readonly origins: Map<number, Origin>;
  readonly scoped: Map<number, ScopedProgress>;
  /** Streams that have been started, and what of their items is not done with. */
  readonly streams: Map<number, StreamProgress>;
  /** What is effective in this scope; null as long as no intervention is. */
  covers: Covers | null;
  /** What the rest of the scope needs; null as long as nothing is left out. It follows from the rest. */
  need: Need | null;
  /** By node that reads less than the plan says, since something stands in: the slots it reads. It follows from the rest. */
  readonly reads: Map<number, ReadonlySet<number>>;
  /** What stands in for a form. */
  readonly forms: Map<Source, Value | null>;
  /** By slot that a cover has changed: what the step gave. */
  readonly computed: Map<number, Value | null>;
  /** Slots that an override or an operate is in. */
  readonly overridden: Set<number>;
  /** Nodes whose step has ended (or is not needed) and whose outputs are being put together. */
  readonly finishing: Map<number, Finishing>;
  /** What resolvers gave, and merges at inputs, by `suppliedKey`. */
  readonly supplied: Map<string, Value>;
  /** Run context of the input of a runner that it is the scope of, sealed. */
  context?: string;
  /** Nodes that have not ended. */
  open: number;
}

/** How many executions a limit allows, how many there are, and which nodes wait for one to end. */
export interface Limit {
  readonly most: number;
  flying: number;
  readonly blocked: ReadyQueue;
}

/** An execution on its way. */
export interface Flight {
  readonly scope: number;
  readonly node: number;
  readonly generation: number;
  readonly address: string;
  readonly since: number;
  /** Keys of the limits it counts in. */
  readonly limits: readonly string[];
  /** Cancelled, and not yet gone: it counts until it is. */
  closing: boolean;
  readonly stream?: true;
}

export interface NodeOfScope {
  readonly scope: number;
  readonly node: number;
}

/** One value, or a part of a long list, to be gathered for an input of a node; or some results of one that opens scopes. */
export interface GatherPart {
  readonly scope: number;
  readonly node: number;
  readonly port: string;
  readonly part: number;
  readonly value: Value;
  readonly result?: { readonly output: number; readonly generation: number };
}
/** A node whose inputs are being gathered, or are gathered and wait for it to end. */
export interface Gathering {
  missing: number;
  /** Inputs that are light enough. */
  readonly kept: Readonly<Record<string, Value>>;
  /** By port: the parts that are there; more than one means a list that was cut. */
  readonly parts: Readonly<Record<string, (Value | null)[]>>;
}
/** How often no worker had the step, and what the last one said. */
export interface NotHere {
  readonly times: number;
  readonly failure: Failure;
}
/** A `scoped` node that is running. */
export interface ScopedProgress {
  readonly captured: readonly (Value | null)[];
  opened: number;
  done: number;
  ended: boolean;
  /** The highest generation in scopes that have ended. */
  highest: number;
  /** An override or an operate is in what one of these has given. */
  overridden?: true;
  readonly results: Results;
  /** Of a list, also where one stands in for a stream: its items. It follows from what the node reads. */
  readonly list?: ListItems;
  /** Of a list that lies in the store. */
  readonly slicing?: Slicing;
}
/** How far a list has come that is asked for slice by slice. */
export interface Slicing {
  /** Which of its parts is asked for, and how many items of that have come. */
  part: number;
  first: number;
  /** The slice on its way. */
  exec: number | null;
  /** Items that have come and are not opened, in order; of those that come as their fields, one field after the other. */
  readonly items: (Value | null)[];
  /** How many of these came with the last slice. */
  brought: number;
}

export type TimerPurpose =
  | { readonly kind: 'runDeadline' }
  | { readonly kind: 'grace' }
  | { readonly kind: 'drain' }
  | { readonly kind: 'stop' }
  /** More was ready than one turn may start. */
  | { readonly kind: 'turn' }
  /** An awaited input of the graph is given up. */
  | { readonly kind: 'awaited'; readonly slot: number }
  | NodeTimer;
export interface NodeTimer {
  readonly kind: 'sleep' | 'deadline' | 'notHere';
  readonly scope: number;
  readonly node: number;
}

/** How much was started at one moment. */
export interface Turn {
  at: number;
  started: number;
  weight: number;
  /** Scopes that nodes opened by themselves. */
  opened: number;
  /** A timer brings the next one. */
  timer: boolean;
}
/** How the run ends; set when that is known, before what is in flight has closed. */
export interface Ending {
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly error?: Failure;
}

/** A number for a node of a scope: bodies have fewer than 2^21 nodes. */
export const nodeKey = (scope: number, node: number): number => scope * 2 ** 21 + node;

export function addressOf(state: State, scope: Scope, node: number): string {
  return scope.prefix + nodeOf(state, scope, node).id;
}

export function nodeOf(state: State, scope: Scope, node: number): PlanNode {
  const found = state.plan.bodies[scope.body]?.nodes[node];
  if (!found) throw new Error(`no node ${node} in body ${scope.body}`);
  return found;
}

export function bodyOf(state: State, scope: Scope): Body {
  const found = state.plan.bodies[scope.body];
  if (!found) throw new Error(`no body ${scope.body}`);
  return found;
}

/** Whether a node has taken what it reads: what changes afterwards is too late for it. */
export function hasRead(scope: Scope, node: number): boolean {
  switch (scope.status[node]) {
    case WAITING:
    case QUEUED:
    case PRUNED:
    case SHORT_CIRCUITED:
    // What one that was cancelled has read was noted then.
    case CANCELLED:
      return false;
    case RUNNING:
      return scope.finishing.get(node)?.status !== SHORT_CIRCUITED;
    default:
      return true;
  }
}

export function generationOf(scope: Scope, node: number): number {
  return scope.generations.get(node) ?? scope.base;
}
