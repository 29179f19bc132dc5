/** Why the state of a workflow was saved: a round that completed a node, nothing left to do, a stop, somebody asked. */
export type SaveReason = 'cycle' | 'idle' | 'stop' | 'manual';

export interface WorkflowKey {
  readonly runner: string;
  readonly id: string;
}

/** A start of a workflow: `start` is the digest of what it was started with, another one for each start. */
export interface StartedWorkflow extends WorkflowKey {
  readonly start: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A saved state of a workflow, that it can be resumed from. */
export interface SavedWorkflow extends WorkflowKey {
  readonly start: string;
  /** Of the blob with the state. */
  readonly digest: string;
  readonly reason: SaveReason;
  /** When the workflow was in that state, in milliseconds since the epoch; of two of one moment the later has more `execs`. */
  readonly at: number;
  readonly execs: number;
  /** How many inputs it had taken then; of them had ended; of them had failed. */
  readonly accepted: number;
  readonly ended: number;
  readonly failed: number;
}
export interface Snapshotted extends Omit<SavedWorkflow, 'execs'> {
  readonly cursor: string;
}

/**
 * The workflows of one tenant's runners: an index over what lies in the store. Any number of processes may use one. Every
 * function throws what those of `GraphRegistry` do.
 */
export interface Workflows {
  /** Before the start: what it names is not garbage from now on. */
  begin(started: StartedWorkflow): Promise<void>;
  /** It did not come to the start. */
  forget(started: Pick<StartedWorkflow, 'runner' | 'id' | 'start'>): Promise<void>;
  /** It has come to the start: what was saved of those that began before it under its id is gone. */
  replace(started: Pick<StartedWorkflow, 'runner' | 'id' | 'start'>): Promise<void>;
  /** The cursor of a saved state; the same state again, for the same reason, has the same one. */
  save(saved: SavedWorkflow): Promise<string>;
  /** The state it was in last; the one of a cursor, if that is given. */
  find(key: WorkflowKey, cursor?: string): Promise<Snapshotted | undefined>;
  /** Latest first. */
  list(key: WorkflowKey): Promise<readonly Snapshotted[]>;
  /** Digests of what starts and snapshots lie in the store, for garbage collection; in no order. */
  digests(): AsyncIterable<string>;
}
