/** A link of a run (one workflow execution) that has closed, and where its history is kept. Times in milliseconds. */
export interface ArchivedLink {
  readonly run: string;
  /** From 0. */
  readonly link: number;
  /** The Temporal run id. */
  readonly execution: string;
  readonly graph: string;
  /** Of the run, if this is its last link; else `continued`. */
  readonly status: string;
  readonly overridden?: true;
  /** The run that this one is a fork of. */
  readonly forkedFrom?: string;
  readonly startedAt: number;
  readonly closedAt: number;
  readonly events: number;
  /** Of the blob with its history. */
  readonly digest: string;
}

/** What a link is that another one follows. */
export const CONTINUED = 'continued';

export interface ArchivedRuns {
  readonly graph?: string;
  readonly status?: string;
  readonly overridden?: boolean;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: Pick<ArchivedLink, 'startedAt' | 'execution'>;
}

/**
 * The index of what one tenant's runs were, over histories that lie in the store. Any number of processes may use one.
 * Every function throws what those of `GraphRegistry` do.
 */
export interface Archive {
  /** Replaces what was there of the same execution. */
  put(link: ArchivedLink): Promise<void>;
  get(execution: string): Promise<ArchivedLink | undefined>;
  /** Which of these executions are there. */
  has(executions: readonly string[]): Promise<ReadonlySet<string>>;
  /** The latest link of a run; of an id that was used again, of the latest run. */
  latest(run: string): Promise<ArchivedLink | undefined>;
  /** Last links, latest first. */
  runs(wanted: ArchivedRuns): Promise<readonly ArchivedLink[]>;
  /** All of them, in no order. */
  links(): AsyncIterable<ArchivedLink>;
  /** What closed up to this time is archived. 0 if nothing is. */
  closedUntil(): Promise<number>;
  /** Never goes back. */
  setClosedUntil(time: number): Promise<void>;
}
