import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeSchema } from '../../src/schema/describe.js';
import { formatOf } from '../../src/schema/formats.js';
import type { JsonSchema } from '../../src/schema/json-schema.js';
import { nearest } from '../../src/schema/nearest.js';
import { someSchema } from './any-schema.js';
import { jsonSchemaOf } from './zod-schemas.js';

describe('describeSchema', () => {
  test.each<[string, z.ZodType]>([
    ['string', z.string()],
    ['string (email)', z.email()],
    ['string (≥ 2, ≤ 5 characters)', z.string().min(2).max(5)],
    ['string matching /^a/', z.string().regex(/^a/)],
    ['integer', z.int()],
    ['integer ≥ 0', z.int().min(0)],
    ['number > 0, ≤ 1', z.number().gt(0).max(1)],
    ['array of string', z.array(z.string())],
    ['array of (string or null)', z.array(z.string().nullable())],
    ['array [string, integer]', z.tuple([z.string(), z.int()])],
    ['object {a, b?}', z.object({ a: z.string(), b: z.number().optional() })],
    ['object of number', z.record(z.string(), z.number())],
    ['object', z.record(z.string(), z.unknown())],
    ['one of "fast", "best"', z.enum(['fast', 'best'])],
    ['"grind"', z.literal('grind')],
    ['string or number ≥ 5', z.union([z.string(), z.number().min(5)])],
    ['string or null', z.string().nullable()],
    ['anything', z.unknown()],
    ['nothing', z.never()],
    ['object {a}', z.object({ a: z.string() }).describe('one').meta({ title: 'A' })],
    ['array of Place', z.array(z.string().meta({ id: 'Place' }))],
    ['object {child?}', z.object({ get child(): z.ZodType { return z.lazy(() => z.unknown()).optional(); } })], // prettier-ignore
  ])('says %s', (text, schema) => {
    expect(describeSchema(jsonSchemaOf(schema))).toBe(text);
  });

  test('takes a part of a schema with its root', () => {
    const root: JsonSchema = { $defs: { __schema0: { type: 'integer' } }, items: { $ref: '#/$defs/__schema0' } };
    expect(describeSchema({ $ref: '#/$defs/__schema0' }, root)).toBe('integer');
  });

  test('is at most 80 characters long, whatever the schema, and ends on loops', () => {
    fc.assert(fc.property(someSchema, schema => void expect(describeSchema(schema).length).toBeLessThanOrEqual(80)));
    expect(describeSchema({ enum: Array.from({ length: 300 }, (_, i) => `choice ${i}`) })).toHaveLength(80);
    expect(describeSchema({ $ref: '#', type: 'string' })).toBe('…');
    let deep: JsonSchema = { type: 'string' };
    for (let i = 0; i < 100_000; i += 1) deep = { type: 'array', items: deep };
    expect(describeSchema(deep)).toBe('array of array of array of array of …');
  });
});

describe('nearest', () => {
  const among = ['origin', 'grams', 'roast', 'grind', 'for', 'a', 'timeoutMs'];

  test.each([
    ['orgin', 'origin'],
    ['orgiin', 'origin'],
    ['roats', 'roast'],
    ['foo', 'for'],
    ['GRAMS', 'grams'],
    ['timeout', 'timeoutMs'],
    ['zebra', undefined],
    ['b', undefined],
    ['', undefined],
    ['origin', undefined],
    ['x'.repeat(1000), undefined],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, among)).toBe(meant);
  });

  test('prefers the first of those that are equally near, and the nearer to the first', () => {
    expect(nearest('cat', ['bat', 'hat'])).toBe('bat');
    expect(nearest('grinder', ['blender', 'grinde'])).toBe('grinde');
  });

  test('finds a word with one letter left out, doubled or swapped', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcdef'), minLength: 4, maxLength: 12 });
    fc.assert(
      fc.property(word, fc.nat({ max: 2 }), (right, at) => {
        const before = right.slice(0, at);
        const after = right.slice(at + 1);
        const swapped = before + right.charAt(at + 1) + right.charAt(at) + right.slice(at + 2);
        const wrong = [before + after, before + right.charAt(at) + right.slice(at), swapped].filter(
          word => word !== right,
        );
        expect(wrong.map(word => nearest(word, ['something else', right]))).toEqual(wrong.map(() => right));
      }),
    );
  });
});

describe('formats', () => {
  test.each([
    ['date', '2024-12-31', '2024-13-31'],
    ['time', '23:59:59.5Z', '24:00:00'],
    ['date-time', '2024-12-31T23:59:00+02:00', '2024-12-31 23:59'],
    ['email', 'me@example.org', 'me'],
    ['uuid', '9B2E4C1A-8f3d-4a6b-9c7e-2d1f0a5b6c8d', '9b2e4c1a-8f3d-4a6b-9c7e'],
    ['uri', 'https://example.org/', 'example.org'],
    ['ipv4', '127.0.0.1', '127.0.0'],
    ['ipv6', '::ffff:127.0.0.1', '1::2::3'],
    ['ipv6', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7'],
    ['ipv6', '::', ':1:2:3:4:5:6:7:8'],
    ['ipv6', '1::', '12345::'],
  ])('%s lets %s pass and not %s', (name, good, bad) => {
    expect(formatOf(name)?.test(good)).toBe(true);
    expect(formatOf(name)?.test(bad)).toBe(false);
  });
});
