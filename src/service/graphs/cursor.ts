import { quote } from '../../value/quote.js';
import { ProblemError } from '../problem/problem-error.js';

/** Where the next page of a list begins, opaque to clients. It says itself which list it belongs to. */
export const cursorOf = (list: string, offset: string): string =>
  Buffer.from(JSON.stringify([list, offset])).toString('base64url');

/** Throws `cursorProblem` for what is not the cursor of that list. */
export function offsetIn(list: string, cursor: string): string {
  try {
    const [of, offset] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as readonly unknown[];
    // Base64 is read leniently: only what we would have written is ours.
    if (of === list && typeof offset === 'string' && cursorOf(list, offset) === cursor) return offset;
  } catch {
    // No JSON, or no list: as wrong as any other text.
  }
  throw cursorProblem(cursor);
}

/** The same of a list whose offsets are numbers. */
export function numberIn(list: string, cursor: string): number {
  const offset = offsetIn(list, cursor);
  if (/^\d{1,15}$/.test(offset)) return Number(offset);
  throw cursorProblem(cursor);
}

export function cursorProblem(cursor: string): ProblemError {
  const message = `expected that of a page of the same list, got ${quote(cursor)}`;
  const issue = { path: 'cursor', code: 'invalid_cursor', message };
  return new ProblemError(400, 'invalid_query', `cursor: ${message}`, [issue]);
}
