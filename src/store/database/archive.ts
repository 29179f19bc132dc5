import { CONTINUED, type Archive, type ArchivedLink, type ArchivedRuns } from '../archive.js';
import { originalText, storedText } from './stored-text.js';
import type { ArchivedLinkRow, Connection } from './tables.js';

/** Rows and keys of one statement: databases bound the number of its parameters. */
const MOST_AT_ONCE = 500;

/** The archive of a tenant; what the functions throw is said of `Archive`. */
export function createArchive(connection: Connection, name: string): Archive {
  const tenant = storedText(name);
  return {
    put: link => putLink(connection, rowOf(tenant, link)),
    get: execution => oneLink(connection, tenant, 'execution', execution),
    has: executions => knownLinks(connection, tenant, executions),
    latest: run => oneLink(connection, tenant, 'run', run),
    runs: wanted => runsOf(connection, tenant, wanted),
    links: () => allLinks(connection, tenant),

    async closedUntil() {
      const row = await connection.attempt(db =>
        db.selectFrom('archive_progress').select('closed_until').where('tenant', '=', tenant).executeTakeFirst(),
      );
      return row?.closed_until ?? 0;
    },

    async setClosedUntil(time) {
      await connection.attempt(db =>
        db
          .insertInto('archive_progress')
          .values({ tenant, closed_until: time })
          .onConflict(conflict =>
            conflict
              .column('tenant')
              .doUpdateSet({ closed_until: time })
              .where('archive_progress.closed_until', '<', time),
          )
          .execute(),
      );
    },
  };
}

async function putLink(connection: Connection, row: ArchivedLinkRow): Promise<void> {
  const { tenant: _, execution: __, ...content } = row;
  await connection.attempt(db =>
    db
      .insertInto('archived_links')
      .values(row)
      .onConflict(conflict => conflict.columns(['tenant', 'execution']).doUpdateSet(content))
      .execute(),
  );
}

async function oneLink(
  connection: Connection,
  tenant: string,
  column: 'execution' | 'run',
  text: string,
): Promise<ArchivedLink | undefined> {
  const row = await connection.attempt(db =>
    db
      .selectFrom('archived_links')
      .selectAll()
      .where('tenant', '=', tenant)
      .where(column, '=', storedText(text))
      .orderBy('started_at', 'desc')
      .orderBy('link', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
  return row && linkOf(row);
}

async function knownLinks(
  connection: Connection,
  tenant: string,
  executions: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let from = 0; from < executions.length; from += MOST_AT_ONCE) {
    const some = executions.slice(from, from + MOST_AT_ONCE).map(storedText);
    const rows = await connection.attempt(db =>
      db
        .selectFrom('archived_links')
        .select('execution')
        .where('tenant', '=', tenant)
        .where('execution', 'in', some)
        .execute(),
    );
    for (const { execution } of rows) found.add(originalText(execution));
  }
  return found;
}

async function runsOf(
  connection: Connection,
  tenant: string,
  { graph, status, overridden, limit, after }: ArchivedRuns,
): Promise<readonly ArchivedLink[]> {
  const rows = await connection.attempt(db =>
    db
      .selectFrom('archived_links')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('status', '!=', CONTINUED)
      .$if(graph !== undefined, query => query.where('graph', '=', storedText(graph ?? '')))
      .$if(status !== undefined, query => query.where('status', '=', status ?? ''))
      .$if(overridden === true, query => query.where('overridden', '=', 1))
      .$if(after !== undefined, query =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple('started_at', 'execution'),
            '<',
            tuple(after?.startedAt ?? 0, storedText(after?.execution ?? '')),
          ),
        ),
      )
      .orderBy('started_at', 'desc')
      .orderBy('execution', 'desc')
      .limit(limit)
      .execute(),
  );
  return rows.map(linkOf);
}

async function* allLinks(connection: Connection, tenant: string): AsyncIterable<ArchivedLink> {
  let last = '';
  for (let isMore = true; isMore;) {
    const after = last;
    const rows = await connection.attempt(db =>
      db
        .selectFrom('archived_links')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('execution', '>', after)
        .orderBy('execution')
        .limit(MOST_AT_ONCE)
        .execute(),
    );
    yield* rows.map(linkOf);
    last = rows.at(-1)?.execution ?? '';
    isMore = rows.length === MOST_AT_ONCE;
  }
}

const rowOf = (tenant: string, link: ArchivedLink): ArchivedLinkRow => ({
  tenant,
  execution: storedText(link.execution),
  run: storedText(link.run),
  link: link.link,
  graph: storedText(link.graph),
  status: link.status,
  overridden: link.overridden ? 1 : 0,
  forked_from: link.forkedFrom === undefined ? null : storedText(link.forkedFrom),
  started_at: link.startedAt,
  closed_at: link.closedAt,
  events: link.events,
  digest: link.digest,
});

const linkOf = (row: ArchivedLinkRow): ArchivedLink => ({
  run: originalText(row.run),
  link: row.link,
  execution: originalText(row.execution),
  graph: originalText(row.graph),
  status: row.status,
  ...(row.overridden === 1 && { overridden: true }),
  ...(row.forked_from !== null && { forkedFrom: originalText(row.forked_from) }),
  startedAt: row.started_at,
  closedAt: row.closed_at,
  events: row.events,
  digest: row.digest,
});
