import { setTimeout as pause } from 'node:timers/promises';
import type { EspalierError } from '../../value/espalier-error.js';

/** How long work is tried again while the database is busy, in milliseconds. */
const BUSY_LIMIT_MS = 3000;

/**
 * The result of the work, which is done again while it fails with `database_busy`, for 3 s. What fails, fails with what
 * `translate` makes of it. The waits are ours: one of SQLite itself would stop the whole process.
 */
export async function attempt<T>(work: () => Promise<T>, translate: (error: unknown) => EspalierError): Promise<T> {
  const deadline = performance.now() + BUSY_LIMIT_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const failure = translate(error);
      if (failure.code !== 'database_busy' || performance.now() > deadline) throw failure;
    }
    // Not the same for everybody, or those who met would meet again.
    await pause(5 + 20 * Math.random());
  }
}
