import { parseDuration } from '../document/duration.js';
import type { Duration, OnRunFailure } from '../document/document.js';
import type { RunOptions } from '../engine/options.js';
import { EspalierError } from '../value/espalier-error.js';

/** How a run is to behave, as code says it; the same for a run on Temporal and for one in this process. */
export interface RunSettings {
  /** The most executions in flight at once. */
  readonly concurrency?: number;
  /** Of the run, from its start. */
  readonly deadline?: Duration;
  /** Over the graph's own. */
  readonly onFailure?: OnRunFailure;
  /** How long the end waits for what was cancelled. Default 15 s. */
  readonly cancelGrace?: Duration;
}

/** Throws `invalid_option`, naming the setting and what was expected. */
export function runOptionsOf({ concurrency, deadline, onFailure, cancelGrace }: RunSettings): RunOptions {
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw invalid('concurrency', 'a whole number from 1', concurrency);
  }
  if (onFailure !== undefined && onFailure !== 'stop' && onFailure !== 'continue') {
    throw invalid('onFailure', '"stop" or "continue"', onFailure);
  }
  return {
    ...(concurrency !== undefined && { concurrency }),
    ...(onFailure !== undefined && { onFailure }),
    ...milliseconds('deadline', deadline),
    ...milliseconds('cancelGrace', cancelGrace),
  };
}

function milliseconds<K extends string>(name: K, duration: Duration | undefined): { readonly [N in K]?: number } {
  if (duration === undefined) return {};
  const ms = parseDuration(duration);
  if (ms === undefined) throw invalid(name, 'milliseconds or text like "30s"', duration);
  return { [name]: ms } as { readonly [N in K]?: number };
}

const invalid = (name: string, expected: string, got: unknown): EspalierError =>
  new EspalierError('invalid_option', `${name}: expected ${expected}, got ${JSON.stringify(got)}`);
