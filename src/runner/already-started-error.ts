import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import type { AnyFed } from './fed.js';

/** The workflow runs: `workflow` is its handle. Code `already_started`. */
export class AlreadyStartedError extends EspalierError {
  constructor(
    runner: string,
    readonly workflow: AnyFed,
  ) {
    super('already_started', `workflow ${quote(workflow.id)} of runner ${runner} runs already`);
  }
}
