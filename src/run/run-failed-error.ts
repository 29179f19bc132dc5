import type { Failure } from '../engine/failure.js';
import { EspalierError } from '../value/espalier-error.js';

/**
 * A run did not complete. `code` is that of what ended it: the step's own, or one of ours (`cancelled`, `deadline`,
 * `output_absent`, `terminated`, …).
 */
export class RunFailedError extends EspalierError {
  readonly runId: string;
  /** The node it came from, where it came from one. */
  readonly address: string | undefined;
  /** What ended the run. */
  override readonly cause: Failure;
  /** The outputs that are there, decoded as `result()` would have. */
  readonly partial: Readonly<Record<string, unknown>>;
  /** Every node that failed. */
  readonly failures: readonly Failure[];
  /** Addresses of what was cancelled and did not close in time. */
  readonly abandoned: readonly string[];

  constructor(runId: string, ending: RunEnding, partial: Readonly<Record<string, unknown>>) {
    super(ending.error.code, failedMessage(runId, ending.error));
    this.runId = runId;
    this.address = ending.error.address;
    this.cause = ending.error;
    this.partial = partial;
    this.failures = ending.failures;
    this.abandoned = ending.abandoned;
  }
}

/** How a run ended that did not complete. */
export interface RunEnding {
  readonly error: Failure;
  readonly failures: readonly Failure[];
  readonly abandoned: readonly string[];
}

function failedMessage(runId: string, { code, message, address }: Failure): string {
  if (code === 'cancelled') return `run ${runId} was cancelled${message === code ? '' : `: ${message}`}`;
  return `run ${runId} failed${address ? ` at ${address}` : ''} (${code}): ${message}`;
}
