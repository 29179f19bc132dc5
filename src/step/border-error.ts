import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';

export type BorderCode =
  | 'hydration_failed'
  | 'invalid_value'
  | 'invalid_options'
  | 'invalid_output'
  | 'not_json'
  | 'missing_context'
  | 'invalid_context'
  | 'context_in_output'
  | 'stream_not_repeatable';

/**
 * A value can't pass a border; the same one never will, so it is not retried. Codes: `hydration_failed` (it is not in the
 * store), `invalid_value` (an input), `invalid_options`, `invalid_output`, `not_json` (an output that JSON can't carry),
 * `missing_context`, `invalid_context` (what the run's context has for it), `context_in_output` (a secret in an output),
 * `stream_not_repeatable` (it does not yield again what it has yielded before).
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
