import { randomUUID } from 'node:crypto';
import type { Access } from './access.js';
import { archiveRuns, type ArchiveReport } from './archive-runs.js';

/** No digest, which all other keys are. */
const TURN = 'archive';
/** How long others wait for who has the turn and died, and how often it is renewed; in milliseconds. */
const HELD = 15_000;
const RENEWED = 5_000;

/** Archives what has closed, if nobody else who shares the database is about to. */
export async function archiveTurn(access: Access, signal: AbortSignal): Promise<ArchiveReport | undefined> {
  const cache = (await access.storage.database()).stepCache(access.namespace);
  const holder = randomUUID();
  if (!(await cache.claim(TURN, holder, HELD))) return undefined;
  // That it can't be renewed costs no more than work done twice.
  const renew = (): void => void cache.claim(TURN, holder, HELD).catch(() => {});
  const timer = setInterval(renew, RENEWED);
  try {
    return await archiveRuns(access, { signal });
  } finally {
    clearInterval(timer);
    await cache.release(TURN, holder);
  }
}
