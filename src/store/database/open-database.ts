import type { Archive } from '../archive.js';
import type { StepCache } from '../step-cache.js';
import type { Workflows } from '../workflows.js';
import { createArchive } from './archive.js';
import { createGraphRegistry, type GraphRegistry } from './graph-registry.js';
import { migrate } from './migrate.js';
import { openPostgres } from './postgres.js';
import { createRefusals, type Refusals } from './refusals.js';
import { openSqlite } from './sqlite.js';
import { createStepCache } from './step-cache.js';
import { isPostgres } from './target.js';
import { createWorkflows } from './workflows.js';

/** What the service keeps besides Temporal and the blobs. Any number of processes may use one. */
export interface Database {
  readonly kind: 'sqlite' | 'postgres';
  readonly graphs: GraphRegistry;
  readonly refusals: Refusals;
  /** One tenant never sees another's entries. */
  stepCache(tenant: string): StepCache;
  archive(tenant: string): Archive;
  workflows(tenant: string): Workflows;
  /** Asks the database something small. Throws `database_unavailable` when there is no answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a database and brings its tables up to date. `target`: a postgres:// URL, or the absolute path of a SQLite file,
 * which is made if it is not there. Throws `database_unavailable`, `database_busy` (after 3 s), `database_full`,
 * `database_newer` (a newer program has changed its tables), else `database_error`; no message holds the URL's password.
 */
export async function openDatabase(target: string): Promise<Database> {
  const connection = isPostgres(target) ? openPostgres(target) : await openSqlite(target);
  const { kind, kysely } = connection;
  const close = (): Promise<void> => kysely.destroy();
  try {
    await migrate(connection);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    kind,
    graphs: createGraphRegistry(connection),
    refusals: createRefusals(connection),
    stepCache: tenant => createStepCache(connection, tenant),
    archive: tenant => createArchive(connection, tenant),
    workflows: tenant => createWorkflows(connection, tenant),
    // A table, as SQLite would answer `select 1` without a look at the file.
    ping: () => connection.attempt(async db => void (await db.selectFrom('graphs').select('id').limit(1).execute())),
    close,
  };
}
