import type { Failure } from '../engine/failure.js';

/** In the place of what a step threw that had secrets: without them, and nothing of it can be read but the failure. */
export class ScrubbedError extends Error {
  constructor(
    readonly failure: Failure,
    readonly retryable: boolean,
  ) {
    super(failure.message);
  }
}
