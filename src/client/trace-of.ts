import type { Trace } from '../run/run.js';
import { parseTraceparent } from '../tracing/traceparent.js';

/**
 * The span of an attempt, by its own `traceparent`. `run`: that of whoever started its run, whose span is its parent, unless
 * that says nothing.
 */
export function traceOf(own: string | undefined, run: string | undefined): Trace | undefined {
  const span = own === undefined ? undefined : parseTraceparent(own);
  if (!span) return undefined;
  const parent = run === undefined ? undefined : parseTraceparent(run);
  return { traceId: span.traceId, spanId: span.spanId, ...(parent && { parentId: parent.spanId }) };
}
