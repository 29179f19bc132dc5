import { isBytes, isText } from './content.js';
import type { Fit } from './fit.js';
import { typesOf, type SchemaObject } from './json-schema.js';
import { stringRule } from './string-rule.js';

/** The numbers between two bounds; a bound may be left out of the range itself. */
interface Range {
  readonly min: number;
  readonly minOut: boolean;
  readonly max: number;
  readonly maxOut: boolean;
}

export function fitNumber(from: SchemaObject, to: SchemaObject): Fit {
  const given = rangeOf(from);
  const wanted = rangeOf(to);
  if (isBelow(given, wanted) || isBelow(wanted, given)) return 'no';
  const whole = isInteger(from) || !isInteger(to);
  const step = to.multipleOf;
  const stepped = step === undefined || from.multipleOf === step || (step === 1 && isInteger(from));
  return whole && stepped && isWithin(given, wanted) ? 'yes' : 'unknown';
}

function rangeOf(schema: SchemaObject): Range {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  const { exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = schema;
  const minOut = exclusiveMinimum >= minimum && exclusiveMinimum > -Infinity;
  const maxOut = exclusiveMaximum <= maximum && exclusiveMaximum < Infinity;
  const range = { min: minOut ? exclusiveMinimum : minimum, minOut, max: maxOut ? exclusiveMaximum : maximum, maxOut };
  return isInteger(schema) ? wholeRange(range) : range;
}

/** The same integers with bounds that are in: `> 0` is `≥ 1`. (Beyond 2^53, where adding 1 changes nothing, they stay out.) */
function wholeRange(range: Range): Range {
  const min = range.minOut ? Math.floor(range.min) + 1 : Math.ceil(range.min);
  const max = range.maxOut ? Math.ceil(range.max) - 1 : Math.floor(range.max);
  return { min, minOut: range.minOut && min === range.min, max, maxOut: range.maxOut && max === range.max };
}

const isBelow = (a: Range, b: Range): boolean => a.max < b.min || (a.max === b.min && (a.maxOut || b.minOut));

function isWithin(inner: Range, outer: Range): boolean {
  const above = inner.min > outer.min || (inner.min === outer.min && (inner.minOut || !outer.minOut));
  const below = inner.max < outer.max || (inner.max === outer.max && (inner.maxOut || !outer.maxOut));
  return above && below;
}

function isInteger(schema: SchemaObject): boolean {
  const types = typesOf(schema) ?? [];
  return types.includes('integer') && !types.includes('number');
}

/** Patterns and formats are not understood: what is asked for must be what is given. */
export function fitString(from: SchemaObject, to: SchemaObject): Fit {
  const { minLength: fromMin = 0, maxLength: fromMax = Infinity } = from;
  const { minLength: toMin = 0, maxLength: toMax = Infinity } = to;
  if (fromMin > toMax || toMin > fromMax) return 'no';
  // What their strings would say is nonsense: text is not the base64 of something.
  if ((isText(from) && isBytes(to)) || (isBytes(from) && isText(to))) return 'no';
  const given = stringRule(from);
  const wanted = stringRule(to);
  const ruled =
    wanted === undefined ||
    (wanted.pattern === undefined
      ? given?.pattern === undefined && given?.format === wanted.format
      : given?.pattern === wanted.pattern);
  const encoded = to.contentEncoding !== 'base64' || from.contentEncoding === 'base64';
  const utf8 = !isText(to) || isText(from);
  return ruled && encoded && utf8 && fromMin >= toMin && fromMax <= toMax ? 'yes' : 'unknown';
}
