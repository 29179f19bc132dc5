/** The third edge of our errors: what an HTTP client is told. The others are exit codes and `ApplicationFailure`. */
import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { PROBLEM_TYPE, type Problem, type ProblemIssue } from '../../api/problem.js';
import { InvalidDocumentError, InvalidGraphError } from '../../document/document-error.js';
import type { Issue } from '../../document/issue.js';
import { InvalidPolicyError } from '../../runner/invalid-policy-error.js';
import { RefusedError } from '../../run/refused-error.js';
import { InvalidInputError } from '../../step/invalid-input-error.js';
import { InvalidInterventionError } from '../../step/invalid-intervention-error.js';
import { EspalierError } from '../../value/espalier-error.js';
import { pointer } from '../../value/pointer.js';
import { codeOf, pathOf } from '../interventions/refused.js';
import { BODY_LIMIT } from './body-limit.js';
import { MEDIA_TYPES } from './media-type-problem.js';
import { ProblemError } from './problem-error.js';

/** By the code of an error. What is not here is a mistake of ours: 500. */
const BY_CODE: Readonly<Record<string, number>> = {
  not_found: 404,
  invalid_query: 400,
  invalid_frame_id: 400,
  invalid_digest: 400,
  unknown_address: 422,
  invalid_request: 400,
  forbidden: 403,
  invalid_document: 422,
  invalid_graph: 422,
  invalid_option: 422,
  invalid_policy: 422,
  invalid_input: 422,
  missing_input: 422,
  invalid_value: 422,
  not_json: 422,
  invalid_intervention: 422,
  invalid_context: 422,
  unknown_key: 422,
  not_opened: 422,
  too_large: 422,
  not_searchable: 422,
  already_started: 409,
  idempotency_conflict: 409,
  run_finished: 409,
  stale_document: 409,
  id_reused: 409,
  already_used: 409,
  not_held: 409,
  too_late: 409,
  snapshot_newer: 409,
  // Something of ours is lost: for the log, too.
  hydration_failed: 500,
  not_reachable: 503,
  unknown_namespace: 503,
  database_busy: 503,
  database_unavailable: 503,
  database_full: 507,
  store_unavailable: 503,
  store_not_found: 503,
  store_denied: 503,
  store_full: 507,
  store_not_open: 503,
};

/** An answer stays small, whatever was sent: the most issues, and the most characters of a text in them. */
const MOST_ISSUES = 1000;
const MOST_TEXT = 2000;

/** Instead of what the HTTP server says, by status. */
const WORDS: Readonly<Record<number, string>> = {
  404: 'there is no such route; /docs shows those that there are',
  413: `expected a body of at most ${BODY_LIMIT / 1024 ** 2} MiB`,
  415: `Content-Type: ${MEDIA_TYPES}`,
};

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return problem(error.status, error.code, error.message, error.issues);
  if (error instanceof HttpException) return httpProblem(error.getStatus(), WORDS[error.getStatus()] ?? error.message);
  if (error instanceof EspalierError) {
    const code = error instanceof InvalidInterventionError ? codeOf(error.issues) : error.code;
    const status = BY_CODE[code];
    if (status !== undefined) return problem(status, code, error.message, issuesOf(error));
  }
  if (isBrokenOff(error)) return httpProblem(400, 'the request broke off');
  // What went wrong inside is for the log, not for a stranger.
  return problem(500, 'internal', 'something went wrong in the service; its log says what');
}

/** The client went away before its request was there: nobody hears the answer, and nothing of ours is wrong. */
const isBrokenOff = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && error.message === 'aborted';

/** What the HTTP server says itself, such as 404 and 413. The code is the title: `payload_too_large`. */
export function httpProblem(status: number, detail: string): Problem {
  const code = (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(/[^a-z]+/g, '_');
  return problem(status, code, detail);
}

function problem(status: number, code: string, detail: string, errors: readonly ProblemIssue[] = []): Problem {
  return {
    type: `${PROBLEM_TYPE}${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: short(detail),
    errors: errors.slice(0, MOST_ISSUES).map(issue => ({
      ...issue,
      path: short(issue.path),
      message: short(issue.message),
    })),
  };
}

const short = (text: string): string => (text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`);

function issuesOf(error: EspalierError): readonly ProblemIssue[] {
  const isOfDocument = error instanceof InvalidDocumentError || error instanceof InvalidGraphError;
  if (isOfDocument || error instanceof InvalidPolicyError) return error.issues.map(issueOf);
  if (error instanceof InvalidInterventionError) {
    return error.issues.map(({ path, code, message }) => ({ path, code, message }));
  }
  if (error instanceof RefusedError) return refusalIssues(error);
  if (error instanceof InvalidInputError) {
    return error.issues.map(({ address, code, message }) => ({ path: inputPath(address), code, message }));
  }
  return [];
}

/** A run says one thing that is wrong, where it knows it. */
function refusalIssues(error: RefusedError): readonly ProblemIssue[] {
  const path = pathOf(error);
  return path === undefined ? [] : [{ path, code: error.code, message: error.message }];
}

export const issueOf = ({ path, code, message, line, column }: Issue): ProblemIssue => ({
  path,
  code,
  message,
  ...(line !== undefined && { line }),
  ...(column !== undefined && { column }),
});

/** `$in.water` is `/input/water` of the body; another open port is there by its address. */
const inputPath = (address: string): string => pointer(['input', address.replace(/^\$in\./, '')]);
