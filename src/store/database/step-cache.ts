import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { CacheEntry, StepCache } from '../step-cache.js';
import { originalText, storedText } from './stored-text.js';
import type { Connection, StepEntryRow, Tables } from './tables.js';

/** Rows and keys of one statement: databases bound the number of its parameters. */
const MOST_AT_ONCE = 500;
/** How many entries of a step a miss is compared with: of its address, and of any. */
const MOST_NEAR = 10;

/** The entries of a tenant; what the functions throw is said of `StepCache`. */
export function createStepCache(connection: Connection, name: string): StepCache {
  const tenant = storedText(name);
  return {
    get: keys => getEntries(connection, tenant, keys),
    put: entry => connection.attempt(db => putEntry(db, rowOf(tenant, entry))),
    nearest: (step, at) => nearestEntries(connection, tenant, storedText(step), storedText(at)),
    claim: (key, holder, ms) =>
      connection.attempt(db => claim(db, { tenant, key: storedText(key), holder }, ms, clockOf(connection.kind))),

    async release(key, holder) {
      await connection.attempt(db =>
        db
          .deleteFrom('step_claims')
          .where('tenant', '=', tenant)
          .where('key', '=', storedText(key))
          .where('holder', '=', holder)
          .execute(),
      );
    },

    entries: () => allEntries(connection, tenant),

    async delete(keys) {
      for (const some of inChunks(keys.map(storedText))) {
        await connection.attempt(db =>
          db.deleteFrom('step_entries').where('tenant', '=', tenant).where('key', 'in', some).execute(),
        );
      }
    },
  };
}

async function getEntries(
  connection: Connection,
  tenant: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, CacheEntry>> {
  const found = new Map<string, CacheEntry>();
  for (const some of inChunks(keys.map(storedText))) {
    const rows = await connection.attempt(db =>
      db.selectFrom('step_entries').selectAll().where('tenant', '=', tenant).where('key', 'in', some).execute(),
    );
    for (const entry of rows.map(entryOf)) found.set(entry.key, entry);
  }
  return found;
}

async function putEntry(db: Kysely<Tables>, row: StepEntryRow): Promise<void> {
  const { tenant: _, key: __, ...content } = row;
  await db
    .insertInto('step_entries')
    .values(row)
    .onConflict(conflict => conflict.columns(['tenant', 'key']).doUpdateSet(content))
    .execute();
}

/** Two look-ups, each down an index of its own. */
async function nearestEntries(
  connection: Connection,
  tenant: string,
  step: string,
  at: string,
): Promise<readonly CacheEntry[]> {
  const latest = (db: Kysely<Tables>) =>
    db
      .selectFrom('step_entries')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('step', '=', step)
      .orderBy('created_at', 'desc')
      .limit(MOST_NEAR);
  const rows = await connection.attempt(async db => [
    ...(await latest(db).where('address', '=', at).execute()),
    ...(await latest(db).execute()),
  ]);
  return [...new Map(rows.map(row => [row.key, entryOf(row)])).values()];
}

/** One statement, so that of those who claim at once one gets it. */
async function claim(
  db: Kysely<Tables>,
  row: Pick<Tables['step_claims'], 'tenant' | 'key' | 'holder'>,
  ms: number,
  now: RawBuilder<number>,
): Promise<boolean> {
  const taken = await db
    .insertInto('step_claims')
    .values({ ...row, expires_at: sql<number>`${now} + ${ms}` })
    .onConflict(conflict =>
      conflict
        .columns(['tenant', 'key'])
        .doUpdateSet(({ ref }) => ({ holder: ref('excluded.holder'), expires_at: ref('excluded.expires_at') }))
        .where(({ eb, or, ref }) =>
          or([
            eb('step_claims.holder', '=', ref('excluded.holder')),
            sql<boolean>`${ref('step_claims.expires_at')} <= ${now}`,
          ]),
        ),
    )
    .returning('holder')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Milliseconds now. PostgreSQL's own: processes on several machines have several clocks. */
const clockOf = (kind: Connection['kind']): RawBuilder<number> =>
  kind === 'postgres' ? sql`(extract(epoch from clock_timestamp()) * 1000)::bigint` : sql`${Date.now()}`;

async function* allEntries(connection: Connection, tenant: string): AsyncIterable<CacheEntry> {
  let last: StepEntryRow | undefined;
  do {
    const after = last;
    const rows = await connection.attempt(db =>
      db
        .selectFrom('step_entries')
        .selectAll()
        .where('tenant', '=', tenant)
        .$if(after !== undefined, query =>
          query.where(({ eb, refTuple, tuple }) =>
            eb(refTuple('created_at', 'key'), '>', tuple(after?.created_at ?? 0, after?.key ?? '')),
          ),
        )
        .orderBy('created_at')
        .orderBy('key')
        .limit(MOST_AT_ONCE)
        .execute(),
    );
    yield* rows.map(entryOf);
    last = rows.length === MOST_AT_ONCE ? rows.at(-1) : undefined;
  } while (last !== undefined);
}

function* inChunks<T>(all: readonly T[]): Iterable<readonly T[]> {
  for (let from = 0; from < all.length; from += MOST_AT_ONCE) yield all.slice(from, from + MOST_AT_ONCE);
}

const rowOf = (tenant: string, entry: CacheEntry): StepEntryRow => ({
  tenant,
  key: storedText(entry.key),
  step: storedText(entry.step),
  code: storedText(entry.code),
  run: storedText(entry.run),
  address: storedText(entry.at),
  created_at: entry.createdAt,
  expires_at: entry.expiresAt ?? null,
  options: JSON.stringify(entry.options),
  inputs: JSON.stringify(entry.inputs),
  outputs: JSON.stringify(entry.outputs),
});

const entryOf = (row: StepEntryRow): CacheEntry => ({
  key: originalText(row.key),
  step: originalText(row.step),
  code: originalText(row.code),
  options: JSON.parse(row.options) as CacheEntry['options'],
  inputs: JSON.parse(row.inputs) as CacheEntry['inputs'],
  outputs: JSON.parse(row.outputs) as CacheEntry['outputs'],
  run: originalText(row.run),
  at: originalText(row.address),
  createdAt: row.created_at,
  ...(row.expires_at !== null && { expiresAt: row.expires_at }),
});
