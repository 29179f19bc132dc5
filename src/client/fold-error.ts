import { EspalierError } from '../value/espalier-error.js';
import { idOf, type HistoryEvent } from './history.js';

/**
 * A history does not say what the engine did: it was recorded by another engine, or one of the two has a fault.
 * Code `fold_mismatch`.
 */
export class FoldError extends EspalierError {
  constructor(
    readonly runId: string,
    /** The event of the history. */
    readonly event: number,
    what: string,
  ) {
    super('fold_mismatch', `run ${runId}, event ${event} of its history: ${what}`);
  }

  static at(runId: string, event: HistoryEvent, what: string): FoldError {
    return new FoldError(runId, idOf(event), what);
  }
}
