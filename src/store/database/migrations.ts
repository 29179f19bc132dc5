import { sql, type Kysely } from 'kysely';
import type { Connection } from './tables.js';

/**
 * What leads from an empty database to the tables of today, in the order of the names. One that was released never changes;
 * a new one is appended. Numbers are `bigint`, so that any whole number can be compared with them.
 */
export const migrationsOf = (kind: Connection['kind']): Readonly<Record<string, Migration>> => ({
  '0001-graphs': db => createGraphs(db, kind),
  '0002-refused-interventions': db => createRefusedInterventions(db, kind),
});

type Migration = (db: Kysely<unknown>) => Promise<void>;

async function createGraphs(db: Kysely<unknown>, kind: Connection['kind']): Promise<void> {
  // Ordered by code points in both, whatever the language of the server.
  const id = kind === 'postgres' ? sql`text collate "C"` : sql`text`;
  await db.schema
    .createTable('graphs')
    .addColumn('id', id, column => column.primaryKey())
    .addColumn('hash', 'text')
    .addColumn('versions', 'bigint', column => column.notNull())
    .addColumn('changes', 'bigint', column => column.notNull())
    .execute();
  await db.schema
    .createTable('graph_versions')
    .addColumn('graph', id, column => column.notNull())
    .addColumn('version', 'bigint', column => column.notNull())
    .addColumn('hash', 'text', column => column.notNull())
    .addColumn('title', 'text')
    .addColumn('plan', 'text', column => column.notNull())
    .addColumn('created_at', 'bigint', column => column.notNull())
    .addColumn('created_by', 'text', column => column.notNull())
    // Last, so that SQLite reads the others without it. Text, as `jsonb` would not keep the order of keys.
    .addColumn('document', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('graph_versions_key', ['graph', 'version'])
    .addUniqueConstraint('graph_versions_hash', ['graph', 'hash'])
    .execute();
  await db.schema
    .createTable('graph_changes')
    .addColumn('graph', id, column => column.notNull())
    .addColumn('seq', 'bigint', column => column.notNull())
    .addColumn('at', 'bigint', column => column.notNull())
    .addColumn('by', 'text', column => column.notNull())
    .addColumn('from_hash', 'text')
    .addColumn('to_hash', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('graph_changes_key', ['graph', 'seq'])
    .execute();
}

async function createRefusedInterventions(db: Kysely<unknown>, kind: Connection['kind']): Promise<void> {
  await db.schema
    .createTable('refused_interventions')
    // The order in which they came; SQLite numbers such a column by itself.
    .addColumn('seq', kind === 'postgres' ? 'bigserial' : 'integer', column => column.primaryKey())
    .addColumn('run', 'text')
    .addColumn('graph', 'text')
    .addColumn('refused_at', 'bigint', column => column.notNull())
    .addColumn('id', 'text')
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('address', 'text', column => column.notNull())
    .addColumn('by', 'text')
    .addColumn('reason', 'text')
    .addColumn('code', 'text', column => column.notNull())
    .addColumn('message', 'text', column => column.notNull())
    .execute();
  await db.schema
    .createIndex('refused_interventions_run')
    .on('refused_interventions')
    .columns(['run', 'seq'])
    .execute();
}
