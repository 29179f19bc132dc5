import { EspalierError } from '../value/espalier-error.js';
import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';

export const RUNNER_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
export const RUNNER_NAME_TEXT = '1 to 64 letters, digits, "_", "-" or ".", the first one a letter or a digit';
/** Also in URLs and in logs. */
export const WORKFLOW_ID = /^(?!\s|\.\.?$)[^\p{Cc}\p{Cs}]{1,130}(?<!\s)$/u;
export const WORKFLOW_ID_TEXT = '1 to 130 characters, no control characters, no blanks around them, not "." or ".."';

/** Throws `invalid_option` for what is no name of a runner: it stands in ids and in queries. */
export function checkRunnerName(name: unknown): asserts name is string {
  if (typeof name === 'string' && RUNNER_NAME.test(name)) return;
  throw new EspalierError('invalid_option', `a runner needs a name: expected ${RUNNER_NAME_TEXT}, got ${shown(name)}`);
}

/** Throws `invalid_option` for what is no id of a workflow. */
export function checkWorkflowId(id: unknown): asserts id is string {
  if (typeof id === 'string' && WORKFLOW_ID.test(id)) return;
  throw new EspalierError('invalid_option', `the id of a workflow: expected ${WORKFLOW_ID_TEXT}, got ${shown(id)}`);
}

/** The id of the run that a workflow is. */
export const runIdOf = (runner: string, id: string): string => `${runner}/${id}`;

const shown = (given: unknown): string => (given === undefined ? 'none' : quote(given as Json));
