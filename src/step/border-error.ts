import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';

export type BorderCode = 'hydration_failed' | 'invalid_value' | 'invalid_options' | 'invalid_output' | 'not_json';

/**
 * A value can't pass a border; the same one never will, so it is not retried. Codes: `hydration_failed` (it is not in the
 * store), `invalid_value` (an input), `invalid_options`, `invalid_output`, `not_json` (an output that JSON can't carry).
 */
export class BorderError extends EspalierError {
  constructor(
    code: BorderCode,
    message: string,
    readonly details: JsonObject,
    options?: { readonly cause?: unknown },
  ) {
    super(code, message, options);
  }
}
