import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { check } from '../../src/schema/check.js';
import type { JsonSchema } from '../../src/schema/json-schema.js';
import type { Json } from '../../src/value/json.js';
import { anyJson } from '../value/any-json.js';
import { EXACT, jsonSchemaOf, SAMPLES, WIDER } from './zod-schemas.js';

/** Zod's word, given a copy: codecs are handed what they decode. */
const zodTakes = (schema: z.ZodType, value: Json): boolean => schema.safeParse(structuredClone(value)).success;

/** A sample, or one with a part put in place of another: near misses. */
const nearSample = fc.oneof(
  fc.constantFrom(...SAMPLES),
  anyJson,
  fc.tuple(fc.constantFrom(...SAMPLES), fc.constantFrom(...SAMPLES), fc.nat()).map(([into, part, at]) => {
    if (typeof into !== 'object' || into === null) return into;
    const entries = Object.entries(into).map(([key, old], index, all): [string, Json] => [
      key,
      index === at % all.length ? part : old,
    ]);
    return Array.isArray(into) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
  }),
);

const ALL = Object.entries({ ...EXACT, ...WIDER });
const passes = (schema: JsonSchema, value: Json): boolean => check(schema, value).length === 0;

describe.each(ALL)('%s', (_, schema) => {
  const json = jsonSchemaOf(schema);
  const isRefused = (value: Json): boolean => zodTakes(schema, value) && !passes(json, value);

  test('what zod takes passes the check', () => {
    expect(SAMPLES.filter(isRefused)).toEqual([]);
    fc.assert(
      fc.property(nearSample, value => !isRefused(value)),
      { numRuns: 40 },
    );
  });
});

describe.each(Object.entries(EXACT))('%s', (_, schema) => {
  const json = jsonSchemaOf(schema);
  // On such long texts patterns are not run.
  const isShort = (value: Json): boolean => JSON.stringify(value).length < 10_000;
  const isMissed = (value: Json): boolean => isShort(value) && passes(json, value) && !zodTakes(schema, value);

  test('what passes the check zod takes', () => {
    expect(SAMPLES.filter(isMissed)).toEqual([]);
    fc.assert(
      fc.property(nearSample, value => !isMissed(value)),
      { numRuns: 40 },
    );
  });
});

describe('the samples', () => {
  const passing = (schema: z.ZodType): number => SAMPLES.filter(value => passes(jsonSchemaOf(schema), value)).length;

  test.each(ALL.filter(([name]) => name !== 'never'))('meet %s', (_, schema) => {
    expect(passing(schema)).toBeGreaterThan(0);
  });

  test.each(ALL.filter(([name]) => !['unknown', 'json'].includes(name)))('do not all meet %s', (_, schema) => {
    expect(passing(schema)).toBeLessThan(SAMPLES.length);
  });
});
