import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';

/** A resolver or a merge gives no value (`intervention_failed`); `details` are `{ address, reason }`. */
export class InterventionError extends EspalierError {
  readonly details: JsonObject;

  constructor(
    address: string,
    reason: string,
    /** Whether the same call may do better another time. */
    readonly retryable: boolean,
    options?: { readonly cause?: unknown },
  ) {
    super('intervention_failed', `${address}: ${reason}`, options);
    this.details = { address, reason };
  }
}
