import type { Kysely, Selectable } from 'kysely';
import type { SavedWorkflow, SaveReason, Snapshotted, WorkflowKey, Workflows } from '../workflows.js';
import { originalText, storedText } from './stored-text.js';
import type { Connection, Tables, WorkflowSnapshotRow } from './tables.js';

/** Rows of one statement. */
const MOST_AT_ONCE = 500;

/** The workflows of a tenant's runners; what the functions throw is said of `Workflows`. */
export function createWorkflows(connection: Connection, name: string): Workflows {
  const tenant = storedText(name);
  const keyOf = ({ runner, id }: WorkflowKey) =>
    ({ tenant, runner: storedText(runner), workflow: storedText(id) }) as const;
  return {
    async begin({ start, startedAt, ...key }) {
      const row = { ...keyOf(key), start, started_at: startedAt };
      await connection.attempt(db =>
        db
          .insertInto('workflow_starts')
          .values(row)
          .onConflict(conflict => conflict.doNothing())
          .execute(),
      );
    },

    async forget({ start, ...key }) {
      await connection.attempt(db =>
        ofWorkflow(db, 'workflow_starts', keyOf(key)).where('start', '=', start).execute(),
      );
    },

    async replace({ start, ...key }) {
      await connection.attempt(db =>
        db.transaction().execute(async trx => {
          for (const earlier of await startsBefore(trx, keyOf(key), start)) {
            await ofWorkflow(trx, 'workflow_snapshots', keyOf(key)).where('start', '=', earlier).execute();
            await ofWorkflow(trx, 'workflow_starts', keyOf(key)).where('start', '=', earlier).execute();
          }
        }),
      );
    },

    save: ({ runner, id, ...saved }) =>
      connection.attempt(db => putSnapshot(db, { ...keyOf({ runner, id }), ...saved })),

    async find(key, cursor) {
      const { workflow, runner } = keyOf(key);
      if (cursor !== undefined && !isCursor(cursor)) return undefined;
      const row = await connection.attempt(db =>
        db
          .selectFrom('workflow_snapshots')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('runner', '=', runner)
          .where('workflow', '=', workflow)
          .$if(cursor !== undefined, query => query.where('seq', '=', Number(cursor)))
          .orderBy('at', 'desc')
          .orderBy('execs', 'desc')
          .orderBy('seq', 'desc')
          .limit(1)
          .executeTakeFirst(),
      );
      return row && snapshotOf(row);
    },

    async list(key) {
      const { workflow, runner } = keyOf(key);
      const rows = await connection.attempt(db =>
        db
          .selectFrom('workflow_snapshots')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('runner', '=', runner)
          .where('workflow', '=', workflow)
          .orderBy('at', 'desc')
          .orderBy('execs', 'desc')
          .orderBy('seq', 'desc')
          .execute(),
      );
      return rows.map(snapshotOf);
    },

    async *digests() {
      yield* startDigests(connection, tenant);
      yield* snapshotDigests(connection, tenant);
    },
  };
}

interface RowKey {
  readonly tenant: string;
  readonly runner: string;
  readonly workflow: string;
}

const ofWorkflow = (
  db: Kysely<Tables>,
  table: 'workflow_starts' | 'workflow_snapshots',
  { tenant, runner, workflow }: RowKey,
) => db.deleteFrom(table).where('tenant', '=', tenant).where('runner', '=', runner).where('workflow', '=', workflow);

/** None of a start that was replaced itself: who says so late says nothing any more. */
async function startsBefore(
  db: Kysely<Tables>,
  { tenant, runner, workflow }: RowKey,
  start: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom('workflow_starts')
    .select(['start', 'started_at'])
    .where('tenant', '=', tenant)
    .where('runner', '=', runner)
    .where('workflow', '=', workflow)
    .execute();
  const own = rows.find(row => row.start === start);
  if (!own) return [];
  return rows.flatMap(row => (row.start !== start && row.started_at <= own.started_at ? [row.start] : []));
}

async function putSnapshot(db: Kysely<Tables>, row: RowKey & Omit<SavedWorkflow, 'runner' | 'id'>): Promise<string> {
  const { seq } = await db
    .insertInto('workflow_snapshots')
    .values(row)
    // Nothing changes, but so the row that is there is given back.
    .onConflict(conflict =>
      conflict
        .columns(['tenant', 'runner', 'workflow', 'digest', 'reason'])
        .doUpdateSet(({ ref }) => ({ digest: ref('excluded.digest') })),
    )
    .returning('seq')
    .executeTakeFirstOrThrow();
  return String(seq);
}

const isCursor = (text: string): boolean => /^\d{1,15}$/.test(text);

async function* startDigests(connection: Connection, tenant: string): AsyncIterable<string> {
  let last = '';
  for (let isMore = true; isMore;) {
    const after = last;
    const rows = await connection.attempt(db =>
      db
        .selectFrom('workflow_starts')
        .select('start')
        .where('tenant', '=', tenant)
        .where('start', '>', after)
        .orderBy('start')
        .limit(MOST_AT_ONCE)
        .execute(),
    );
    for (const { start } of rows) yield start;
    last = rows.at(-1)?.start ?? '';
    isMore = rows.length === MOST_AT_ONCE;
  }
}

async function* snapshotDigests(connection: Connection, tenant: string): AsyncIterable<string> {
  let last = 0;
  for (let isMore = true; isMore;) {
    const after = last;
    const rows = await connection.attempt(db =>
      db
        .selectFrom('workflow_snapshots')
        .select(['seq', 'start', 'digest'])
        .where('tenant', '=', tenant)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(MOST_AT_ONCE)
        .execute(),
    );
    for (const { start, digest } of rows) yield* [start, digest];
    last = rows.at(-1)?.seq ?? 0;
    isMore = rows.length === MOST_AT_ONCE;
  }
}

const snapshotOf = (row: Selectable<WorkflowSnapshotRow>): Snapshotted => ({
  cursor: String(row.seq),
  runner: originalText(row.runner),
  id: originalText(row.workflow),
  start: row.start,
  digest: row.digest,
  reason: row.reason as SaveReason,
  at: row.at,
  accepted: row.accepted,
  ended: row.ended,
  failed: row.failed,
});
