import { ProblemError } from './problem-error.js';

/** What bodies may be. */
export const MEDIA_TYPES = 'expected application/json, or application/yaml for a graph';

/** 415; says what was expected instead. */
export function mediaTypeProblem(message: string): ProblemError {
  const issue = { path: 'Content-Type', code: 'unsupported_media_type', message };
  return new ProblemError(415, issue.code, `${issue.path}: ${message}`, [issue]);
}
