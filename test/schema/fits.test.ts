import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { check } from '../../src/schema/check.js';
import { fits, type Fit } from '../../src/schema/fits.js';
import type { JsonSchema, SchemaObject } from '../../src/schema/json-schema.js';
import type { Json } from '../../src/value/json.js';
import { somePair, someSchema, someValue } from './any-schema.js';
import { EXACT, jsonSchemaOf, SAMPLES, WIDER } from './zod-schemas.js';

const object = (properties: Record<string, JsonSchema>, more: SchemaObject = {}): SchemaObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  ...more,
});
const text: SchemaObject = { type: 'string' };
const bytes: SchemaObject = { ...text, contentEncoding: 'base64', contentMediaType: 'a/b' };
const number: SchemaObject = { type: 'number' };
const nothing: SchemaObject = { type: 'null' };
const closed: SchemaObject = { additionalProperties: false };

describe('fits', () => {
  test.each<[string, JsonSchema, JsonSchema, Fit]>([
    ['a schema and itself', text, { ...text }, 'yes'],
    ['anything is welcome', text, {}, 'yes'],
    ['what is anything', {}, text, 'unknown'],
    ['different types', text, number, 'no'],
    ['an integer where a number is wanted', { type: 'integer' }, number, 'yes'],
    ['a number where an integer is wanted', number, { type: 'integer' }, 'unknown'],
    ['ranges that lie within', { ...number, minimum: 1, maximum: 2 }, { ...number, minimum: 0 }, 'yes'],
    ['ranges that overlap', { ...number, minimum: 0 }, { ...number, minimum: 1 }, 'unknown'],
    ['ranges that do not meet', { ...number, maximum: 0 }, { ...number, exclusiveMinimum: 0 }, 'no'],
    [
      'integers above 0 and from 1 on',
      { type: 'integer', exclusiveMinimum: 0 },
      { type: 'integer', minimum: 1 },
      'yes',
    ],
    [
      'integers where adding 1 is lost',
      { type: 'integer', minimum: 2 ** 53 },
      { type: 'integer', exclusiveMinimum: 2 ** 53 },
      'unknown',
    ],
    ['lengths that do not meet', { ...text, minLength: 5 }, { ...text, maxLength: 4 }, 'no'],
    ['the same format', { ...text, format: 'email' }, { ...text, format: 'email' }, 'yes'],
    ['a text where a format is wanted', text, { ...text, format: 'email' }, 'unknown'],
    [
      'a format beside a pattern where the format is wanted',
      { ...text, format: 'email', pattern: '@' },
      { ...text, format: 'email' },
      'unknown',
    ],
    ['bytes of one media type where another is told', { ...bytes, contentMediaType: 'image/png' }, bytes, 'yes'],
    ['bytes where JSON text is wanted', bytes, text, 'yes'],
    ['JSON text where bytes are wanted', text, bytes, 'unknown'],
    ['text where bytes are wanted', { ...text, contentMediaType: 'text/csv' }, bytes, 'no'],
    ['bytes where text is wanted', bytes, { ...text, contentMediaType: 'text/csv' }, 'no'],
    ['the same pattern', { ...text, pattern: '^a' }, { ...text, pattern: '^a', format: 'email' }, 'yes'],
    ['another pattern', { ...text, pattern: '^ab' }, { ...text, pattern: '^a' }, 'unknown'],
    ['a choice among more', { enum: ['a', 'b'] }, { ...text, enum: ['a', 'b', 'c'] }, 'yes'],
    ['a choice among others', { enum: ['a', 'b'] }, { enum: ['c'] }, 'no'],
    ['a choice that overlaps', { enum: ['a', 'b'] }, { enum: ['b', 'c'] }, 'unknown'],
    ['a choice by length', { enum: ['aa', 'bb'] }, { ...text, minLength: 2 }, 'yes'],
    ['a text where a choice of numbers is wanted', text, { enum: [1, 2] }, 'no'],
    ['a value where it may be null', text, { type: ['string', 'null'] }, 'yes'],
    ['a value that may be null where it must not', { type: ['string', 'null'] }, text, 'unknown'],
    ['both may be null', { anyOf: [{ ...text, minLength: 1 }, nothing] }, { anyOf: [nothing, text] }, 'yes'],
    ['unions without a common branch', { anyOf: [text, nothing] }, { oneOf: [number, { type: 'boolean' }] }, 'no'],
    ['a branch of an exclusive union', text, { oneOf: [number, text] }, 'yes'],
    ['two branches of an exclusive union', { type: 'integer' }, { oneOf: [number, { type: 'integer' }] }, 'unknown'],
    ['what is excluded', text, { not: text }, 'no'],
    ['what is not excluded', text, { not: number }, 'yes'],
    ['items that fit', { type: 'array', items: { type: 'integer' } }, { type: 'array', items: number }, 'yes'],
    [
      'items that do not, but there may be none',
      { type: 'array', items: text },
      { type: 'array', items: number },
      'unknown',
    ],
    ['items that do not', { type: 'array', items: text, minItems: 1 }, { type: 'array', items: number }, 'no'],
    [
      'a tuple as a list',
      { type: 'array', prefixItems: [text, text], items: false, minItems: 2 },
      { type: 'array', items: text },
      'yes',
    ],
    [
      'a tuple that is too long',
      { type: 'array', prefixItems: [text, text], minItems: 2 },
      { type: 'array', maxItems: 1 },
      'no',
    ],
    ['an object with more keys', object({ a: text, b: text }), object({ a: text }), 'yes'],
    ['an object that may lack a key', object({ a: text }), object({ a: text, b: text }), 'unknown'],
    ['an object that lacks a key for sure', object({ a: text }, closed), object({ a: text, b: text }), 'no'],
    ['a key too many', object({ a: text, b: text }), object({ a: text }, closed), 'no'],
    ['maybe a key too many', object({ a: text }), object({ a: text }, closed), 'unknown'],
    ['closed as the other', object({ a: text }, closed), object({ a: text }, closed), 'yes'],
    ['a key of another type', object({ a: text }), object({ a: number }), 'no'],
    [
      'an optional key of another type',
      { type: 'object', properties: { a: text } },
      { type: 'object', properties: { a: number } },
      'unknown',
    ],
    [
      'an optional key of another type that is wanted',
      { type: 'object', properties: { a: text } },
      object({ a: number }),
      'no',
    ],
    [
      'a record as a record',
      { type: 'object', additionalProperties: { type: 'integer' } },
      { type: 'object', propertyNames: text, additionalProperties: number },
      'yes',
    ],
    [
      'keys that may match a pattern',
      { type: 'object', additionalProperties: text },
      { type: 'object', patternProperties: { '^a': number } },
      'unknown',
    ],
    [
      'keys of a pattern',
      { type: 'object', patternProperties: { '^a': text }, additionalProperties: false },
      { type: 'object', additionalProperties: text },
      'yes',
    ],
    [
      'a key that matches a pattern',
      object({ ab: text }),
      { type: 'object', patternProperties: { '^a': number } },
      'no',
    ],
    [
      'keys that may not be named so',
      { type: 'object' },
      { type: 'object', propertyNames: { pattern: '^a' } },
      'unknown',
    ],
    [
      'a record of a few keys',
      { type: 'object', propertyNames: { enum: ['a'] }, additionalProperties: text, required: ['a'] },
      object({ a: text }, closed),
      'yes',
    ],
    ['nothing at all', false, text, 'yes'],
    ['anything where nothing can pass', {}, { not: {} }, 'no'],
    [
      'a definition',
      { $ref: '#/$defs/N', $defs: { N: { type: 'integer' } } },
      { $ref: '#/$defs/N', $defs: { N: number } },
      'yes',
    ],
    [
      'definitions of different types',
      { $ref: '#/$defs/N', $defs: { N: text } },
      { $ref: '#/$defs/N', $defs: { N: number } },
      'no',
    ],
    ['parts that hold together', { allOf: [text, { minLength: 2 }] }, { allOf: [text, { minLength: 1 }] }, 'yes'],
  ])('%s', (_, from, to, answer) => {
    expect(fits(from, to)).toBe(answer);
  });

  /** Those of `values` that show an answer to be wrong. */
  const against = (fit: Fit, from: JsonSchema, to: JsonSchema, values: readonly Json[]): Json[] =>
    values.filter(value => {
      if (fit === 'unknown' || check(from, value).length > 0) return false;
      return (check(to, value).length === 0) === (fit === 'no');
    });

  test('never says yes or no wrongly', () => {
    const said = { yes: 0, no: 0, unknown: 0 };
    fc.assert(
      fc.property(somePair, fc.array(someValue, { minLength: 30, maxLength: 60 }), ([from, to], values) => {
        const fit = fits(from, to);
        said[fit] += 1;
        expect(against(fit, from, to, values)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    // The property would hold for one who always says unknown.
    expect(said.yes).toBeGreaterThan(200);
    expect(said.no).toBeGreaterThan(200);
  });

  test('never says yes or no wrongly of what zod makes', () => {
    const schemas = Object.values({ ...EXACT, ...WIDER }).map(jsonSchemaOf);
    for (const from of schemas) {
      const values = SAMPLES.filter(value => check(from, value).length === 0);
      for (const to of schemas) expect(against(fits(from, to), from, to, values)).toEqual([]);
    }
  });

  test.each(Object.entries({ ...EXACT, ...WIDER }))('says yes of %s to itself, made twice', (_, schema) => {
    expect(fits(jsonSchemaOf(schema), jsonSchemaOf(schema))).toBe('yes');
  });

  test('says unknown of recursive schemas that differ', () => {
    const tree: z.ZodType = z.object({ children: z.array(z.lazy(() => tree)) });
    const named: z.ZodType = z.object({ children: z.array(z.lazy(() => named)), name: z.string().optional() });
    expect(fits(jsonSchemaOf(named), jsonSchemaOf(tree))).toBe('unknown');
    expect(fits(jsonSchemaOf(tree), jsonSchemaOf(z.object({ children: z.string() })))).toBe('no');
  });

  test('ends on references that go round and on schemas that grow without bounds', () => {
    const round: JsonSchema = { $defs: { A: { $ref: '#/$defs/B' }, B: { $ref: '#/$defs/A' } }, $ref: '#/$defs/A' };
    expect(fits(round, text)).toBe('unknown');
    expect(fits(text, round)).toBe('unknown');
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, i): [string, JsonSchema] => [
        `D${i}`,
        { allOf: [{ $ref: `#/$defs/D${i + 1}` }, { $ref: `#/$defs/D${i + 1}` }] },
      ]),
    );
    expect(fits({ $ref: '#/$defs/D0', $defs }, { anyOf: [{ $ref: '#/$defs/D0' }, { minLength: 1 }], $defs })).toBe(
      'unknown',
    );
    let deep: JsonSchema = text;
    for (let i = 0; i < 100_000; i += 1) deep = { type: 'array', items: deep, minItems: 1 };
    expect(fits(deep, { ...deep, description: 'another' })).toBe('unknown');
  });

  test('remembers its answer for the same two schemas', () => {
    fc.assert(
      fc.property(someSchema, someSchema, (from, to) => {
        expect(fits(from, to)).toBe(fits(from, to));
        expect(fits(from, structuredClone(to))).toBe(fits(from, to));
      }),
    );
  });
});
