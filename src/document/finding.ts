import { isJsonList, type Json } from '../value/json.js';
import { pointer } from '../value/pointer.js';
import { quote } from '../value/quote.js';

/** An issue before the text was searched for its place. */
export interface Finding {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  /** The place to show is the key of the entry at `path`, not its value. */
  readonly onKey?: boolean;
  /** Where it is in the text, from 0, where reading the text found it. */
  readonly offset?: number;
}

/** Where a check is, and what was found up to now. Every check leaves `path` as it was. */
export interface Trail {
  readonly path: (string | number)[];
  readonly findings: Finding[];
}

/** Looks at one value of a document, and reports what is wrong with it. */
export type Check = (value: Json, trail: Trail) => void;

/** Reports something about the value where the trail is. */
export function report(trail: Trail, code: string, message: string): void {
  trail.findings.push({ code, path: pointer(trail.path), message });
}

/** Reports something about the key of an entry of the object where the trail is. */
export function reportKey(trail: Trail, key: string, code: string, message: string): void {
  trail.findings.push({ code, path: pointer([...trail.path, key]), message, onKey: true });
}

export function checkEntry(key: string | number, value: Json, trail: Trail, check: Check): void {
  trail.path.push(key);
  check(value, trail);
  trail.path.pop();
}

/** A value in a message: `the number 5`, `"half"`, `a list`. */
export function describe(value: Json): string {
  if (value === null) return 'nothing';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'object') return isJsonList(value) ? `the list ${quote(value)}` : `the object ${quote(value)}`;
  return quote(value);
}
