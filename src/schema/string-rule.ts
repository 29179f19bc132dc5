import { formatOf, type Format } from './formats.js';
import type { SchemaObject } from './json-schema.js';

/** What a schema asks of a string's text: to match a pattern or, for want of one, to have a format. */
export interface StringRule {
  readonly pattern?: string;
  readonly format?: Format;
}

/**
 * The one rule that is run. zod gives most formats a pattern as well, and that is the exact one; only its pattern of IPv6
 * lacks the form with an IPv4 tail, which zod itself accepts.
 */
export function stringRule({ pattern, format }: SchemaObject): StringRule | undefined {
  const known = formatOf(format);
  if (pattern !== undefined && format !== 'ipv6') return known === undefined ? { pattern } : { pattern, format: known };
  return known === undefined ? undefined : { format: known };
}

/** A pattern is not run on longer strings: an unlucky one takes time that grows with a power of the length. */
export const LONGEST_MATCHED = 10_000;

/** The expression of a pattern; `undefined` if it is none. JSON Schema has no flags, so `u` is set where only it can be meant. */
export function compilePattern(pattern: string): RegExp | undefined {
  const flags = /\\[pPu]\{/.test(pattern) ? ['u', ''] : ['', 'u'];
  for (const flag of flags) {
    try {
      return new RegExp(pattern, flag);
    } catch {
      // Tried with the other flag; a pattern that is none with both is not checked.
    }
  }
  return undefined;
}
