/** What the schemas of the API have in common: texts, times, JSON. */
import { z } from 'zod';
import type { StartOptions } from '../client/start.js';
import { parseDuration } from '../document/duration.js';
import type { Json, JsonObject } from '../value/json.js';

/** A query parameter that is there twice arrives as a list. */
export function once({ input }: { readonly input?: unknown }): string | undefined {
  return Array.isArray(input) ? `expected it once, got it ${input.length} times` : undefined;
}

/** Text of so many characters at most, and of one at least. */
export function textOf(most: number) {
  const expected = `expected 1 to ${most} characters`;
  return z.string(expected).min(1, expected).max(most, expected);
}

/** One of these words. */
export const wordOf = <const T extends readonly string[]>(words: T) =>
  z.enum(words, { error: issue => once(issue) ?? `expected one of ${words.map(word => `"${word}"`).join(', ')}` });

export const GraphId = z
  .string({ error: once })
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'expected an id: a letter, then up to 63 letters, digits, "_" or "-"');
const TEXT = 'expected 1 to 200 characters, no control characters, no blanks around them, not "." or ".."';
export const Name = z
  .string({ error: once })
  .max(200, TEXT)
  .regex(/^(?!\s|\.\.?$)[^\p{Cc}\p{Cs}]+(?<!\s)$/u, TEXT);
export const Hash = z.string({ error: once }).regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');
export const Time = z.number().describe('milliseconds since the epoch');
const DURATION = 'expected milliseconds, or text like 30s, at most 100 years';
const DurationText = z.templateLiteral([z.number(), z.enum(['ms', 's', 'm', 'h', 'd'])]);
export const Duration = z
  .union([z.number(), DurationText], DURATION)
  .refine(duration => parseDuration(duration) !== undefined, DURATION)
  .describe('milliseconds, or text like 30s, 5m');

export const AnyJson = z.custom<Json>(value => value !== undefined, 'expected JSON, got nothing').describe('any JSON');
export const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Not looked into: there may be much of it, and who takes it checks it. */
export const AnyObject = z.custom<JsonObject>(isObject, 'expected an object').meta({ type: 'object' });

/** Held against the steps when it is sealed. */
export const RunContext = z.custom<NonNullable<StartOptions['context']>>(isObject, 'expected an object').meta({
  type: 'object',
  description: 'what steps take of it by name, under a node or `_global`; sealed, and recorded nowhere',
});

/** The longest time a request waits for something, in milliseconds. */
const LONGEST_WAIT = 60_000;
const WAIT = 'expected at most 60s, such as 10s or 500ms';
export const Wait = z
  .templateLiteral([z.number(), z.enum(['ms', 's', 'm'])], { error: issue => once(issue) ?? WAIT })
  .refine(text => (parseDuration(text) ?? Infinity) <= LONGEST_WAIT, WAIT);

const numberOf = (text: unknown): unknown =>
  typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : text;

/** Of a list: `limit` and `cursor`, which is the one of the page before. */
export const PageQuery = z.strictObject({
  limit: z.preprocess(numberOf, z.int({ error: once }).min(1).max(1000).default(50)),
  cursor: z.string({ error: once }).min(1).max(4096).exactOptional().describe('from the page before'),
});
export type PageQuery = z.output<typeof PageQuery>;

/** In paths. */
export const GraphParam = GraphId.describe('id of a graph');
export const RunParam = Name.describe('id of a run');
