import { sql, type Kysely } from 'kysely';
import type { Connection } from './tables.js';

/**
 * What leads from an empty database to the tables of today, in the order of the names. One that was released never changes;
 * a new one is appended. Numbers are `bigint`, so that any whole number can be compared with them.
 */
export const migrationsOf = (kind: Connection['kind']): Readonly<Record<string, Migration>> => ({
  '0001-graphs': db => createGraphs(db, kind),
  '0002-refused-interventions': db => createRefusedInterventions(db, kind),
  '0003-step-cache': db => createStepCache(db),
  '0004-archive': db => createArchive(db),
  '0005-runners': db => createRunners(db, kind),
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

async function createStepCache(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('step_entries')
    .addColumn('tenant', 'text', column => column.notNull())
    .addColumn('key', 'text', column => column.notNull())
    .addColumn('step', 'text', column => column.notNull())
    .addColumn('code', 'text', column => column.notNull())
    .addColumn('run', 'text', column => column.notNull())
    .addColumn('address', 'text', column => column.notNull())
    .addColumn('created_at', 'bigint', column => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('options', 'text', column => column.notNull())
    .addColumn('inputs', 'text', column => column.notNull())
    .addColumn('outputs', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('step_entries_key', ['tenant', 'key'])
    .execute();
  const indexes = {
    step_entries_age: ['tenant', 'created_at', 'key'],
    step_entries_step: ['tenant', 'step', 'created_at'],
    step_entries_address: ['tenant', 'step', 'address', 'created_at'],
  };
  for (const [name, columns] of Object.entries(indexes)) {
    await db.schema.createIndex(name).on('step_entries').columns(columns).execute();
  }
  await db.schema
    .createTable('step_claims')
    .addColumn('tenant', 'text', column => column.notNull())
    .addColumn('key', 'text', column => column.notNull())
    .addColumn('holder', 'text', column => column.notNull())
    .addColumn('expires_at', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('step_claims_key', ['tenant', 'key'])
    .execute();
}

async function createArchive(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('archived_links')
    .addColumn('tenant', 'text', column => column.notNull())
    .addColumn('execution', 'text', column => column.notNull())
    .addColumn('run', 'text', column => column.notNull())
    .addColumn('link', 'bigint', column => column.notNull())
    .addColumn('graph', 'text', column => column.notNull())
    .addColumn('status', 'text', column => column.notNull())
    .addColumn('overridden', 'bigint', column => column.notNull())
    .addColumn('forked_from', 'text')
    .addColumn('started_at', 'bigint', column => column.notNull())
    .addColumn('closed_at', 'bigint', column => column.notNull())
    .addColumn('events', 'bigint', column => column.notNull())
    .addColumn('digest', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('archived_links_key', ['tenant', 'execution'])
    .execute();
  const indexes = { archived_links_run: ['tenant', 'run', 'started_at'], archived_links_age: ['tenant', 'started_at'] };
  for (const [name, columns] of Object.entries(indexes)) {
    await db.schema
      .createIndex(name)
      .on('archived_links')
      .columns([...columns, 'execution'])
      .execute();
  }
  await db.schema
    .createTable('archive_progress')
    .addColumn('tenant', 'text', column => column.primaryKey())
    .addColumn('closed_until', 'bigint', column => column.notNull())
    .execute();
}

async function createRunners(db: Kysely<unknown>, kind: Connection['kind']): Promise<void> {
  await db.schema
    .createTable('workflow_starts')
    .addColumn('tenant', 'text', column => column.notNull())
    .addColumn('runner', 'text', column => column.notNull())
    .addColumn('workflow', 'text', column => column.notNull())
    .addColumn('start', 'text', column => column.notNull())
    .addColumn('started_at', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('workflow_starts_key', ['tenant', 'runner', 'workflow', 'start'])
    .execute();
  await db.schema
    .createTable('workflow_snapshots')
    // The order in which they came; SQLite numbers such a column by itself.
    .addColumn('seq', kind === 'postgres' ? 'bigserial' : 'integer', column => column.primaryKey())
    .addColumn('tenant', 'text', column => column.notNull())
    .addColumn('runner', 'text', column => column.notNull())
    .addColumn('workflow', 'text', column => column.notNull())
    .addColumn('start', 'text', column => column.notNull())
    .addColumn('digest', 'text', column => column.notNull())
    .addColumn('reason', 'text', column => column.notNull())
    .addColumn('at', 'bigint', column => column.notNull())
    .addColumn('execs', 'bigint', column => column.notNull())
    .addColumn('accepted', 'bigint', column => column.notNull())
    .addColumn('ended', 'bigint', column => column.notNull())
    .addColumn('failed', 'bigint', column => column.notNull())
    .addUniqueConstraint('workflow_snapshots_key', ['tenant', 'runner', 'workflow', 'digest', 'reason'])
    .execute();
}
