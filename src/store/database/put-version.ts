import type { Transaction } from 'kysely';
import type { PutResult } from './graph-registry.js';
import { VERSION_COLUMNS, versionOf } from './rows.js';
import type { Tables, VersionRow } from './tables.js';

/** The put of the registry, in a transaction of its own; nothing of it is seen before the transaction is committed. */
export async function putVersion(
  trx: Transaction<Tables>,
  put: Omit<VersionRow, 'version' | 'created_at'>,
): Promise<PutResult> {
  const graph = await holdGraph(trx, put.graph);
  const known = await trx
    .selectFrom('graph_versions')
    .select(VERSION_COLUMNS)
    .where('graph', '=', put.graph)
    .where('hash', '=', put.hash)
    .executeTakeFirst();
  if (known !== undefined && known.hash === graph.hash) return { entry: versionOf(known), change: 'unchanged' };

  const now = Date.now();
  const entry = known ?? { ...put, version: graph.versions + 1, created_at: now };
  if (known === undefined)
    await trx
      .insertInto('graph_versions')
      .values({ ...put, ...entry })
      .execute();
  const change = { graph: put.graph, seq: graph.changes + 1, from_hash: graph.hash, to_hash: put.hash };
  await trx
    .insertInto('graph_changes')
    .values({ ...change, at: now, by: put.created_by })
    .execute();
  await trx
    .updateTable('graphs')
    .set({ hash: put.hash, versions: Math.max(graph.versions, entry.version), changes: change.seq })
    .where('id', '=', put.graph)
    .execute();
  return { entry: versionOf(entry), change: graph.hash === null ? 'created' : 'updated' };
}

/** The row of the graph, made if it is not there, and held until the transaction ends: the update in it does nothing else. */
function holdGraph(trx: Transaction<Tables>, id: string) {
  return trx
    .insertInto('graphs')
    .values({ id, hash: null, versions: 0, changes: 0 })
    .onConflict(conflict => conflict.column('id').doUpdateSet(({ ref }) => ({ id: ref('excluded.id') })))
    .returning(['hash', 'versions', 'changes'])
    .executeTakeFirstOrThrow();
}
