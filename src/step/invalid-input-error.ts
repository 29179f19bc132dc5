import { EspalierError } from '../value/espalier-error.js';

/** One thing that is wrong with what a run was given. */
export interface InputIssue {
  readonly code: 'missing_input' | 'unknown_port' | 'invalid_value' | 'not_json';
  /** `$in.water` */
  readonly address: string;
  /** What was expected and what was there. */
  readonly message: string;
}

/** A run was not started: `missing_input` if that is all that is wrong, else `invalid_input`. All issues at once. */
export class InvalidInputError extends EspalierError {
  constructor(readonly issues: readonly InputIssue[]) {
    const missing = issues.every(({ code }) => code === 'missing_input');
    const list = issues.map(({ address, message }) => `${address}: ${message}`);
    super(
      missing ? 'missing_input' : 'invalid_input',
      list.length === 1 ? `input ${list[0]}` : `inputs:\n  ${list.join('\n  ')}`,
    );
  }
}
