import type { Failure } from '../engine/failure.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Json } from '../value/json.js';

/** A run has refused what it was asked for, and nothing has changed. `code` says why: `invalid_value`, `id_reused`, … */
export class RefusedError extends EspalierError {
  /** The node or port it is about. */
  readonly address: string | undefined;
  readonly details: Json | undefined;

  constructor({ code, message, address, details }: Failure, options?: { readonly cause?: unknown }) {
    super(code, message, options);
    this.address = address;
    this.details = details;
  }
}
