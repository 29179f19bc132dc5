import type { Generated, Kysely } from 'kysely';

/**
 * What lies in the database, the same in both kinds: text and whole numbers only. Text that comes from people is stored
 * by `storedText`; times are integer milliseconds.
 */
export interface Tables {
  readonly graphs: GraphRow;
  readonly graph_versions: VersionRow;
  readonly graph_changes: ChangeRow;
  readonly refused_interventions: RefusedRow;
  readonly step_entries: StepEntryRow;
  readonly step_claims: StepClaimRow;
  readonly archived_links: ArchivedLinkRow;
  readonly archive_progress: ArchiveProgressRow;
  readonly workflow_starts: WorkflowStartRow;
  readonly workflow_snapshots: WorkflowSnapshotRow;
  /** The migrations that were done. Its name is ours, as a database may be shared with another program. */
  readonly espalier_migrations: { readonly name: string; readonly at: number };
}

/** A name, the version it points to (none only while the first is being put), and how many versions and changes it has. */
interface GraphRow {
  readonly id: string;
  readonly hash: string | null;
  readonly versions: number;
  readonly changes: number;
}
export interface VersionRow {
  readonly graph: string;
  readonly version: number;
  readonly hash: string;
  readonly title: string | null;
  readonly plan: string;
  readonly created_at: number;
  readonly created_by: string;
  readonly document: string;
}
export interface ChangeRow {
  readonly graph: string;
  readonly seq: number;
  readonly at: number;
  readonly by: string;
  readonly from_hash: string | null;
  readonly to_hash: string;
}
/** What a run, or the start of one, was not changed by; the id of a run that was never made is there if somebody chose it. */
export interface RefusedRow {
  readonly seq: Generated<number>;
  readonly run: string | null;
  /** Of a start. */
  readonly graph: string | null;
  readonly refused_at: number;
  readonly id: string | null;
  readonly kind: string;
  readonly address: string;
  readonly by: string | null;
  readonly reason: string | null;
  readonly code: string;
  readonly message: string;
}
/** What a pure step gave once; `options`, `inputs` and `outputs` are objects of JSON. */
export interface StepEntryRow {
  readonly tenant: string;
  readonly key: string;
  readonly step: string;
  readonly code: string;
  readonly run: string;
  readonly address: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly options: string;
  readonly inputs: string;
  readonly outputs: string;
}
/** Who computes the entry of a key, and until when nobody else does. */
interface StepClaimRow {
  readonly tenant: string;
  readonly key: string;
  readonly holder: string;
  readonly expires_at: number;
}
/** A link of a run that has closed; `digest` is that of its history in the store, `overridden` 0 or 1. */
export interface ArchivedLinkRow {
  readonly tenant: string;
  readonly execution: string;
  readonly run: string;
  readonly link: number;
  readonly graph: string;
  readonly status: string;
  readonly overridden: number;
  readonly forked_from: string | null;
  readonly started_at: number;
  readonly closed_at: number;
  readonly events: number;
  readonly digest: string;
}
interface ArchiveProgressRow {
  readonly tenant: string;
  readonly closed_until: number;
}

/** What a workflow of a runner was started with; `start` is the digest of it in the store. */
export interface WorkflowStartRow {
  readonly tenant: string;
  readonly runner: string;
  readonly workflow: string;
  readonly start: string;
  readonly started_at: number;
}
/** A saved state of a workflow of a runner; `digest` is that of it in the store. */
export interface WorkflowSnapshotRow {
  readonly seq: Generated<number>;
  readonly tenant: string;
  readonly runner: string;
  readonly workflow: string;
  readonly start: string;
  readonly digest: string;
  readonly reason: string;
  readonly at: number;
  readonly execs: number;
  readonly accepted: number;
  readonly ended: number;
  readonly failed: number;
}

/** An open database, before anything is asked of it. */
export interface Connection {
  readonly kind: 'sqlite' | 'postgres';
  readonly kysely: Kysely<Tables>;
  /** Does the work, again for some seconds while the database is busy; what fails, fails with an `EspalierError`. */
  attempt<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
}
