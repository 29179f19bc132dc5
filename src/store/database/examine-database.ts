import { existsSync } from 'node:fs';
import { Kysely, SqliteDialect } from 'kysely';
import Libsql from 'libsql';
import { EspalierError } from '../../value/espalier-error.js';
import { migrationsOf } from './migrations.js';
import { openPostgres } from './postgres.js';
import { problemOfFile } from './sqlite.js';
import type { Connection, Tables } from './tables.js';
import { isPostgres } from './target.js';

/** What a look at a database shows. */
export interface DatabaseState {
  readonly kind: Connection['kind'];
  /** Names of migrations, in their order. */
  readonly done: readonly string[];
  readonly missing: readonly string[];
}

/** A look that changes nothing; `undefined` for a file that is not there and can be made. Fails as `openDatabase` does. */
export async function examineDatabase(target: string): Promise<DatabaseState | undefined> {
  if (!isPostgres(target)) {
    await requireWritable(target);
    if (!existsSync(target)) return undefined;
  }
  const connection = isPostgres(target) ? openPostgres(target) : lookAtFile(target);
  const { kind, kysely } = connection;
  try {
    const done = await connection.attempt(doneIn);
    return { kind, done, missing: Object.keys(migrationsOf(kind)).filter(name => !done.includes(name)) };
  } finally {
    await kysely.destroy();
  }
}

async function requireWritable(file: string): Promise<void> {
  const problem = await problemOfFile(file);
  if (problem === undefined) return;
  throw new EspalierError('database_unavailable', `the database file ${file} cannot be used: ${problem}`);
}

async function doneIn(db: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables();
  if (!tables.some(({ name }) => name === 'espalier_migrations')) return [];
  const rows = await db.selectFrom('espalier_migrations').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

/** Unlike `openSqlite` it makes nothing and sets nothing. */
function lookAtFile(file: string): Connection {
  try {
    const database = new Libsql(file, { readonly: true });
    // The first thing that reads the file.
    database.prepare('select name from sqlite_master limit 1').all();
    const kysely = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
    return { kind: 'sqlite', kysely, attempt: work => work(kysely) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EspalierError('database_error', `the database file ${file} cannot be read: ${why}`, { cause });
  }
}
