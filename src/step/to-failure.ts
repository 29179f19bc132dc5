import type { Failure } from '../engine/failure.js';
import { isWaitedFor } from '../engine/waited-for.js';
import { EspalierError } from '../value/espalier-error.js';
import { checkJson } from '../value/legal.js';
import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import { BorderError } from './border-error.js';
import type { Scrub } from '../seal/scrub.js';
import { InterventionError } from './intervention-error.js';
import { ScrubbedError } from './scrubbed-error.js';
import { StepError } from './step-error.js';

const MESSAGE_LIMIT = 8192;
const DETAILS_LIMIT = 16_384;
const STACK_LINES = 20;
/** How many failures a chain of causes may have, the outermost one included. */
const DEPTH = 5;

/**
 * What a step threw, as plain JSON of bounded size, and whether the same call may do better another time. Scrubbed before
 * anything is cut: half a secret would not be found.
 */
export function toFailure(error: unknown, scrub?: Scrub): { readonly failure: Failure; readonly retryable: boolean } {
  if (error instanceof ScrubbedError) return error;
  const plain = scrub ? scrub.value(error) : error;
  const failure = failureOf(plain, DEPTH);
  const code = isWaitedFor(failure) && !isOurs(error) ? `step.${failure.code}` : failure.code;
  return { failure: { ...failure, code }, retryable: isRetryable(error) };
}

/** A step may call its failures as it likes; but what is ours is waited for. */
const isOurs = (error: unknown): boolean => error instanceof EspalierError && !(error instanceof StepError);

function isRetryable(error: unknown): boolean {
  if (error instanceof InterventionError) return error.retryable;
  return !(error instanceof StepError || error instanceof BorderError);
}

function failureOf(error: unknown, depth: number): Failure {
  if (!isErrorLike(error))
    return { code: 'thrown_value', message: cut(`threw ${quote(error as Json, 200)}, not an Error`) };
  const { stack, cause } = error;
  const details = detailsOf(error.details);
  return {
    code: codeOf(error),
    message: cut(String(error.message)),
    ...(details !== undefined && { details }),
    ...(typeof stack === 'string' && { stack: cut(stack.split('\n').slice(0, STACK_LINES).join('\n')) }),
    ...(cause !== undefined && depth > 1 && { cause: failureOf(cause, depth - 1) }),
  };
}

/** An error of this realm or another: what has a message and a name. */
interface ErrorLike {
  readonly message: unknown;
  readonly name?: unknown;
  readonly code?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  readonly details?: unknown;
}
const isErrorLike = (error: unknown): error is ErrorLike =>
  error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error && 'stack' in error);

function codeOf({ code, name }: ErrorLike): string {
  const isName = (text: unknown): text is string => typeof text === 'string' && text !== '';
  return cut([code, name].find(isName) ?? 'Error');
}

/** Details are an aid: what JSON can't carry, or what is large, is only hinted at. */
function detailsOf(details: unknown): Json | undefined {
  if (details === undefined) return undefined;
  const legal = checkJson(details).length === 0;
  if (legal && JSON.stringify(details).length <= DETAILS_LIMIT) return details as Json;
  return { omitted: legal ? 'too large' : 'not JSON', preview: quote(details as Json, 1000) };
}

const cut = (text: string): string => (text.length <= MESSAGE_LIMIT ? text : `${text.slice(0, MESSAGE_LIMIT - 1)}…`);
