import type { ProblemIssue } from '../../api/problem.js';
import { EspalierError } from '../../value/espalier-error.js';

/** A request that is wrong, with everything that is wrong with it. */
export class ProblemError extends EspalierError {
  constructor(
    readonly status: number,
    code: string,
    message: string,
    readonly issues: readonly ProblemIssue[] = [],
  ) {
    super(code, message);
  }
}
