import type { Access } from './access.js';
import { archiveRuns, type ArchiveOptions, type ArchiveReport } from './archive-runs.js';
import { archiveTurn } from './archive-turn.js';
import { checkRefs, type RefReport } from './check-refs.js';
import { collectGarbage, type GarbageOptions, type GarbageReport } from './collect-garbage.js';

/** What looks after what runs leave behind. Throws what the server, the store and the database throw. */
export interface Upkeep {
  /** Keeps the histories of links that have closed, before Temporal forgets them. */
  archive(options?: ArchiveOptions): Promise<ArchiveReport>;
  /** The same, unless another process is doing it: then undefined. */
  archiveInTurn(signal: AbortSignal): Promise<ArchiveReport | undefined>;
  /** Removes blobs that nothing needs. */
  collect(options?: GarbageOptions): Promise<GarbageReport>;
  /** Whether everything is there that something names. */
  check(): Promise<RefReport>;
}

export const upkeepOf = (access: Access): Upkeep => ({
  archive: options => archiveRuns(access, options),
  archiveInTurn: signal => archiveTurn(access, signal),
  collect: options => collectGarbage(access, options),
  check: () => checkRefs(access),
});
