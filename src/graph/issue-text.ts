import type { z } from 'zod';
import type { Json } from '../value/json.js';
import { pointer } from '../value/pointer.js';
import { quote } from '../value/quote.js';

type Issue = z.core.$ZodIssue;

/** One line for what zod found wrong in `value`: the JSON pointer, what was expected, and what was there. */
export function issueText(issue: Issue, value: unknown): string {
  const got = gotText(valueAt(value, issue.path));
  const expected = expectation(issue);
  // zod says the type it received, where it can; a quoted value says more.
  return place(issue) + (got === undefined ? expected : `${expected.replace(/, received \w+$/, '')}, got ${got}`);
}

function place({ path }: Issue): string {
  return path.length === 0 ? '' : `${pointer(path.map(String))}: `;
}

function expectation(issue: Issue): string {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue.message.replace(/^Invalid input: /, '');
  const types = issue.errors.map(errors => errors.map(error => place(error) + expectation(error)).join(' and '));
  return `fits none of its types (${types.join('; ')})`;
}

/** Quotes what reads well on a line; `undefined` for the rest. */
function gotText(value: unknown): string | undefined {
  const scalar = value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value);
  return scalar || isPlain(value) ? quote(value as Json) : undefined;
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    return typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined;
  }, value);
}
