import type { ArgumentMetadata } from '@nestjs/common';
import type { ProblemIssue } from '../../api/problem.js';
import { pointer } from '../../value/pointer.js';
import { ProblemError } from './problem-error.js';

/** As Standard Schema says what is wrong; zod adds a code, and the keys that an object should not have. */
interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string;
  readonly keys?: readonly string[];
}

/** Issues that the detail repeats; `errors` has them all. */
const MOST_TOLD = 10;

/** A body, a query, a parameter or a header that does not fit its schema. */
export function validationProblem(issues: readonly SchemaIssue[], where: ArgumentMetadata): ProblemError {
  const errors = issues.flatMap(issue => problemIssues(issue, where));
  const told = errors.slice(0, MOST_TOLD).map(({ path, message }) => `${path || where.type}: ${message}`);
  if (errors.length > MOST_TOLD) told.push(`… and ${errors.length - MOST_TOLD} more`);
  return new ProblemError(400, 'invalid_request', told.join('; '), errors);
}

function problemIssues({ message, path = [], code = 'invalid', keys }: SchemaIssue, where: ArgumentMetadata) {
  const known = path.map(part => keyOf(typeof part === 'object' ? part.key : part));
  if (keys === undefined) return [{ path: pathOf(known, where), code, message }];
  return keys.map((key): ProblemIssue => {
    return { path: pathOf([...known, key], where), code: 'unknown_key', message: 'expected no such key' };
  });
}

/** A pointer into a body; of all else the name of the parameter or header. */
function pathOf(path: readonly (string | number)[], { type, data }: ArgumentMetadata): string {
  return type === 'body' ? pointer(path) : (data ?? String(path[0] ?? ''));
}

const keyOf = (key: PropertyKey): string | number => (typeof key === 'symbol' ? String(key) : key);
