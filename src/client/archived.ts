/** What is kept of runs that Temporal has forgotten, or of links of theirs. */
import type { Archive, ArchivedLink } from '../store/archive.js';
import { EspalierError } from '../value/espalier-error.js';
import { hasCode } from '../value/has-code.js';
import type { Access } from './access.js';
import type { HistoryEvent } from './history.js';
import { unpackHistory } from './history-file.js';

/** Undefined where there is no database. */
export async function archiveOf({ storage, namespace }: Access): Promise<Archive | undefined> {
  return (await storage.databaseIfThere())?.archive(namespace);
}

/** What `ask` says of a run; of one that Temporal has forgotten, what `otherwise` makes of its last link, or of `execution`. */
export async function orArchived<T>(
  access: Access,
  runId: string,
  ask: () => Promise<T>,
  otherwise: (link: ArchivedLink) => T,
  execution?: string,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    return otherwise(await forgotten(access, runId, execution, error));
  }
}

/** The pages of a link, the latest if `execution` does not say which; throws `error` unless that means it is forgotten. */
export async function* archivedPages(
  access: Access,
  runId: string,
  execution: string | undefined,
  error: unknown,
): AsyncGenerator<HistoryEvent[]> {
  yield* pagesOf(access, await forgotten(access, runId, execution, error));
}

export async function* pagesOf(access: Access, { run, link, digest }: ArchivedLink): AsyncGenerator<HistoryEvent[]> {
  const history = await access.store.read(digest);
  if (!history) {
    const message = `the history of run ${JSON.stringify(run)}, link ${link}, is not in the store (${digest})`;
    throw new EspalierError('missing_blob', message);
  }
  yield* unpackHistory(history.bytes);
}

async function forgotten(
  access: Access,
  runId: string,
  execution: string | undefined,
  error: unknown,
): Promise<ArchivedLink> {
  if (!isNotFound(error)) throw error;
  const archive = await archiveOf(access);
  const link = execution === undefined ? await archive?.latest(runId) : await archive?.get(execution);
  if (link?.run !== runId) throw error;
  return link;
}

export const isNotFound = (error: unknown): boolean => hasCode(error, 'not_found');
