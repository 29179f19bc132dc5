import { EspalierError } from '../value/espalier-error.js';

/** The step says no: this input has no result, and trying again would not help. Not retried. */
export class StepError extends EspalierError {
  /** More about it, for who reads the failure: plain JSON. */
  readonly details?: unknown;

  constructor(code: string, message: string, options: { readonly details?: unknown; readonly cause?: unknown } = {}) {
    super(code, message, options);
    if (options.details !== undefined) this.details = options.details;
  }
}
