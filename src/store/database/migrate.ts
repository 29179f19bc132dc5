import { sql, type Kysely, type Transaction } from 'kysely';
import { EspalierError } from '../../value/espalier-error.js';
import { migrationsOf } from './migrations.js';
import type { Connection, Tables } from './tables.js';

/** Any number, but always the same: who migrates a PostgreSQL database holds the lock of this number. */
const LOCK = 20_261_123;

/**
 * Brings the tables up to date; any number of processes may try at once. All is one transaction that nobody else can be in:
 * on SQLite because it writes, on PostgreSQL by an advisory lock. Throws `database_newer` when the database has had
 * migrations that this program does not know.
 *
 * Not kysely's Migrator: it writes before it has its lock, and has none on SQLite.
 */
export function migrate({ kind, attempt }: Connection): Promise<void> {
  return attempt(db =>
    db.transaction().execute(async trx => {
      if (kind === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(trx);
      await migrateAlone(trx, kind);
    }),
  );
}

async function migrateAlone(trx: Transaction<Tables>, kind: Connection['kind']): Promise<void> {
  await trx.schema
    .createTable('espalier_migrations')
    .ifNotExists()
    .addColumn('name', 'text', column => column.primaryKey())
    .addColumn('at', 'bigint', column => column.notNull())
    .execute();
  const done = (await trx.selectFrom('espalier_migrations').select('name').orderBy('name').execute()).map(
    row => row.name,
  );
  const migrations = migrationsOf(kind);
  const unknown = done.filter(name => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) {
    const found = `a newer version of espalier has used the database (it has had ${unknown.join(', ')})`;
    throw new EspalierError('database_newer', `${found}; expected that version or a later one to open it`);
  }
  for (const [name, migration] of Object.entries(migrations)) {
    if (done.includes(name)) continue;
    await migration(trx as unknown as Kysely<unknown>);
    await trx.insertInto('espalier_migrations').values({ name, at: Date.now() }).execute();
  }
}
