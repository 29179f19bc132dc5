import type { JsonSchema } from './json-schema.js';

/** Whether values of one schema suit another: `yes`: every one does; `no`: none can; `unknown`: it depends, or can't be told. */
export type Fit = 'yes' | 'no' | 'unknown';

/** One question of `fits`, as the parts of the answer share it. */
export interface Inquiry {
  /** The whole schemas, into which `$ref`s lead. */
  readonly fromRoot: JsonSchema;
  readonly toRoot: JsonSchema;
  /** Whether values of a part of `fromRoot` suit a part of `toRoot`. */
  readonly compare: (from: JsonSchema, to: JsonSchema) => Fit;
}

/** The answer for something that must suit all of several parts: a value has to pass each. */
export function allOf(fits: Iterable<Fit>): Fit {
  let whole: Fit = 'yes';
  for (const fit of fits) {
    if (fit === 'no') return 'no';
    if (fit === 'unknown') whole = 'unknown';
  }
  return whole;
}

/** The answer for something that is one of several kinds: `yes` and `no` only if it holds for each kind. */
export function eachOf(fits: Iterable<Fit>): Fit {
  let whole: Fit | undefined;
  for (const fit of fits) {
    if (fit === 'unknown' || (whole !== undefined && fit !== whole)) return 'unknown';
    whole = fit;
  }
  return whole ?? 'yes';
}

/** The first answer that is one: of parts that all hold, each may settle the question. */
export function firstKnown(fits: Iterable<Fit>): Fit {
  for (const fit of fits) if (fit !== 'unknown') return fit;
  return 'unknown';
}
