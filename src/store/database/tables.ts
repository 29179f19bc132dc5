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

/** An open database, before anything is asked of it. */
export interface Connection {
  readonly kind: 'sqlite' | 'postgres';
  readonly kysely: Kysely<Tables>;
  /** Does the work, again for some seconds while the database is busy; what fails, fails with an `EspalierError`. */
  attempt<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
}
