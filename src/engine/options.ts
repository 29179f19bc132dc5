import type { OnRunFailure } from '../document/document.js';
import type { JsonObject } from '../value/json.js';
import type { Breakpoint } from './breakpoint.js';
import type { HookEvent } from './command.js';
import type { CacheUse } from './known.js';

/** How a run behaves, chosen at its start. Times in milliseconds. */
export interface RunOptions {
  /** The most executions in flight at once. Default (and most) 500. */
  readonly concurrency?: number;
  /** Over the graph's own. */
  readonly onFailure?: OnRunFailure;
  /** Of the run, from its start. */
  readonly deadline?: number;
  /** `stages`: nothing of a stage starts before all of the one before has ended. `dataflow` if not given. */
  readonly schedule?: Schedule;
  /** Leave out whatever nothing needs that will run, not only steps declared `pure`. */
  readonly prune?: boolean;
  readonly breakpoints?: readonly Breakpoint[];
  /** Handed to every step as it is. */
  readonly baggage?: JsonObject;
  /** `use` if not given. */
  readonly cache?: CacheUse;
  /** Of a runner's run; `on_complete` if not given. */
  readonly checkpoint?: CheckpointStrategy;
  /** Of a runner's run: names of hooks by what they hear of. */
  readonly hooks?: { readonly [K in HookEvent['kind']]?: string };
  /** How long the end waits for what was cancelled. Default 15 s. */
  readonly cancelGrace?: number;
}

/** When a runner's state is saved: after each round that completed a node, after every n-th, when nothing is left to do. */
export type CheckpointStrategy = 'every_cycle' | 'on_complete' | 'manual' | { readonly every_n: number };

export type Schedule = 'dataflow' | 'stages';
