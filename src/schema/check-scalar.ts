import { quote } from '../value/quote.js';
import { isBase64, isText, isUtf8 } from './content.js';
import type { SchemaObject } from './json-schema.js';
import { compilePattern, LONGEST_MATCHED, stringRule } from './string-rule.js';

type Report = (message: () => string) => void;

export function checkNumber(schema: SchemaObject, value: number, report: Report): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const noun = schema.type === 'integer' ? 'an integer' : 'a number';
  const expect = (bound: string): void => report(() => `expected ${noun} ${bound}, got ${value}`);
  if (minimum !== undefined && value < minimum) expect(`≥ ${minimum}`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) expect(`> ${exclusiveMinimum}`);
  if (maximum !== undefined && value > maximum) expect(`≤ ${maximum}`);
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) expect(`< ${exclusiveMaximum}`);
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
    report(() => `expected a multiple of ${multipleOf}, got ${value}`);
  }
}

/** Whether `value` is a multiple of `step` within the rounding of decimals (0.3 of 0.1); the tolerance is zod's. */
function isMultiple(value: number, step: number): boolean {
  const ratio = value / step;
  return Math.abs(ratio - Math.round(ratio)) < 4 * Number.EPSILON * Math.max(Math.abs(ratio), 1);
}

export function checkString(schema: SchemaObject, value: string, patterns: Patterns, report: Report): void {
  const { minLength = 0, maxLength = Infinity } = schema;
  const expect = (what: string): void => report(() => `expected ${what}, got ${quote(value)}`);
  const length = minLength > 0 || maxLength < Infinity ? characters(value) : 0;
  if (length < minLength) expect(`a string of at least ${count(minLength, 'character')}`);
  if (length > maxLength) expect(`a string of at most ${count(maxLength, 'character')}`);
  if (schema.contentEncoding === 'base64' && !isBase64(value)) expect('base64 text');
  if (isText(schema) && !isUtf8(value)) expect('text that UTF-8 can carry (no half of a surrogate pair)');
  const rule = stringRule(schema);
  if (rule?.pattern !== undefined) {
    const matches = patterns.test(rule.pattern, value);
    if (!matches) expect(rule.format?.name ?? `a string that matches /${rule.pattern}/`);
  } else if (rule?.format !== undefined && value.length <= LONGEST_MATCHED && !rule.format.test(value)) {
    expect(rule.format.name);
  }
}

/** Characters as JSON Schema and zod count them: a surrogate pair is one. */
const characters = (text: string): number => text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);

/** `1 item`, `2 items`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** The compiled patterns of one check. */
export interface Patterns {
  /** Whether `text` matches; true as well if the pattern is none, or the text too long to try. */
  test(pattern: string, text: string): boolean;
}

export function createPatterns(): Patterns {
  const compiled = new Map<string, RegExp | undefined>();
  return {
    test(pattern, text) {
      if (text.length > LONGEST_MATCHED) return true;
      if (!compiled.has(pattern)) compiled.set(pattern, compilePattern(pattern));
      return compiled.get(pattern)?.test(text) ?? true;
    },
  };
}
