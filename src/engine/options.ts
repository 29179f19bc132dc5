import type { OnRunFailure } from '../document/document.js';

/** How a run behaves, chosen at its start. Times in milliseconds. */
export interface RunOptions {
  /** The most executions in flight at once. Default (and most) 500. */
  readonly concurrency?: number;
  /** Over the graph's own. */
  readonly onFailure?: OnRunFailure;
  /** Of the run, from its start. */
  readonly deadline?: number;
  /** How long the end waits for what was cancelled. Default 15 s. */
  readonly cancelGrace?: number;
}
