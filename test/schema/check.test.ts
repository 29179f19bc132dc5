import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { check } from '../../src/schema/check.js';
import type { JsonSchema } from '../../src/schema/json-schema.js';
import type { Json } from '../../src/value/json.js';
import { jsonSchemaOf } from './zod-schemas.js';

const shape: JsonSchema = {
  oneOf: [
    { type: 'object', properties: { kind: { const: 'dot' }, at: { type: 'number' } }, required: ['kind', 'at'] },
    { type: 'object', properties: { kind: { const: 'line' }, to: { type: 'number' } }, required: ['kind', 'to'] },
  ],
};

describe('what check says', () => {
  test.each<[JsonSchema, Json, string, string]>([
    [{ type: 'integer' }, 'abc', '', 'expected integer, got "abc"'],
    [{ type: 'integer' }, 1.5, '', 'expected integer, got 1.5'],
    [{ type: ['string', 'null'] }, [1], '', 'expected string or null, got [1]'],
    [{ type: 'string' }, 'x', '', ''],
    [false, 1, '', 'expected nothing, got 1'],
    [{ not: {} }, 1, '', 'expected nothing, got 1'],
    [{ not: { type: 'string' } }, 'a', '', 'expected anything but string, got "a"'],
    [{ const: { a: [1] } }, { a: [2] }, '', 'expected {"a":[1]}, got {"a":[2]}'],
    [{ const: { a: 1, b: 2 } }, { b: 2, a: 1 }, '', ''],
    [{ enum: ['fast', 'best'] }, 'fats', '', 'expected one of "fast", "best", got "fats" (did you mean "fast"?)'],
    [{ enum: [1, null] }, 2, '', 'expected one of 1, null, got 2'],
    [{ type: 'number', minimum: 0 }, -1, '', 'expected a number ≥ 0, got -1'],
    [{ type: 'integer', exclusiveMaximum: 10 }, 10, '', 'expected an integer < 10, got 10'],
    [{ multipleOf: 0.1 }, 0.35, '', 'expected a multiple of 0.1, got 0.35'],
    [{ multipleOf: 0.1 }, 0.30000000000000004, '', ''],
    [{ minLength: 3 }, 'ab', '', 'expected a string of at least 3 characters, got "ab"'],
    [{ maxLength: 1 }, 'ab', '', 'expected a string of at most 1 character, got "ab"'],
    [{ maxLength: 1 }, '😀', '', ''],
    [{ pattern: '^a' }, 'b', '', 'expected a string that matches /^a/, got "b"'],
    [{ pattern: '^\\p{Lu}$' }, 'Ä', '', ''],
    [{ pattern: '(' }, 'b', '', ''],
    [{ format: 'email' }, 'b', '', 'expected an email address, got "b"'],
    [{ format: 'email', pattern: '^a@' }, 'b@c', '', 'expected an email address, got "b@c"'],
    [{ format: 'zebra' }, 'b', '', ''],
    [{ minItems: 2 }, [1], '', 'expected a list of at least 2 items, got 1: [1]'],
    [{ prefixItems: [true], items: false }, [1, 2], '', 'expected a list of at most 1 item, got 2: [1,2]'],
    [{ items: { type: 'string' } }, ['a', 1], '/1', 'expected string, got 1'],
    [{ required: ['a'], properties: { a: { type: 'string' } } }, {}, '/a', 'missing key "a", expected string'],
    [
      { properties: { for: true, to: true }, additionalProperties: false },
      { foo: 1 },
      '/foo',
      'unknown key "foo" (did you mean "for"?)',
    ],
    [{ properties: { for: true }, additionalProperties: false }, { for: 1, zebra: 1 }, '/zebra', 'unknown key "zebra"'],
    [{ additionalProperties: { type: 'number' } }, { 'a/b': 'x' }, '/a~1b', 'expected number, got "x"'],
    [{ patternProperties: { '^x-': { type: 'number' } } }, { 'x-a': 'x', y: 1 }, '/x-a', 'expected number, got "x"'],
    [{ propertyNames: { enum: ['a'] } }, { b: 1 }, '/b', 'the key "b" is not allowed, expected one of "a"'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 5, '', 'expected string or null, got 5'],
    [
      { anyOf: [{ type: 'string', minLength: 2 }, { type: 'null' }] },
      'a',
      '',
      'expected a string of at least 2 characters, got "a"',
    ],
    [{ anyOf: [{ required: ['a'] }, { required: ['b'] }] }, {}, '', 'expected object {a} or object {b}, got {}'],
    [
      { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      { a: 1, b: 2 },
      '',
      'expected only one of object {a} or object {b}, got more: {"a":1,"b":2}',
    ],
    [shape, { kind: 'dot', at: 'x' }, '/at', 'expected number, got "x"'],
    [shape, { kind: 'box' }, '/kind', 'expected one of "dot", "line", got "box"'],
    [shape, { at: 1 }, '/kind', 'missing key "kind", expected one of "dot", "line"'],
    [shape, 'dot', '', 'expected object {kind, at} or object {kind, to}, got "dot"'],
    [{ allOf: [{ type: 'number' }, { minimum: 5 }] }, 1, '', 'expected a number ≥ 5, got 1'],
    [{ $ref: '#/$defs/a~1b', $defs: { 'a/b': { type: 'null' } } }, 1, '', 'expected null, got 1'],
    [{ $ref: '#/$defs/none' }, 1, '', ''],
    [{ properties: { a: true }, required: ['toString'] }, {}, '/toString', 'missing key "toString"'],
    [{ type: 'null' }, 'x'.repeat(100), '', `expected null, got "${'x'.repeat(57)}…"`],
  ])('%j of %j: %s %s', (schema, value, path, message) => {
    expect(check(schema, value)).toEqual(message === '' ? [] : [{ path, message }]);
  });

  test('all issues at once', () => {
    const bean = z.strictObject({ origin: z.string(), grams: z.int().positive(), tags: z.array(z.string()) });
    const value = { orgin: 'Lima', grams: -1, tags: ['a', 2, null] };
    expect(check(jsonSchemaOf(bean), value)).toEqual([
      { path: '/origin', message: 'missing key "origin", expected string' },
      { path: '/orgin', message: 'unknown key "orgin" (did you mean "origin"?)' },
      { path: '/grams', message: 'expected an integer > 0, got -1' },
      { path: '/tags/1', message: 'expected string, got 2' },
      { path: '/tags/2', message: 'expected string, got null' },
    ]);
  });

  test('no more than 50 issues', () => {
    const many = Array.from({ length: 1000 }, () => 'x');
    expect(check({ items: { type: 'number' } }, many)).toHaveLength(50);
    expect(check({ required: many.map((_, i) => `k${i}`) }, {})).toHaveLength(50);
  });
});

describe('what check withstands', () => {
  const nest = (levels: number, wrap: (inner: Json) => Json): Json => {
    let value: Json = 'end';
    for (let i = 0; i < levels; i += 1) value = wrap(value);
    return value;
  };
  const list: JsonSchema = { anyOf: [{ type: 'array', items: { $ref: '#' } }, { type: 'number' }] };
  const either: JsonSchema = {
    anyOf: [
      { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] },
      { type: 'object', properties: { a: { $ref: '#' } }, minProperties: 1 } as JsonSchema,
      { type: 'number' },
    ],
  };
  const both: JsonSchema = {
    allOf: [{ properties: { a: { $ref: '#' } } }, { properties: { a: { $ref: '#' } } }],
    type: ['object', 'number'],
  };

  test.each<[string, JsonSchema, (inner: Json) => Json]>([
    ['lists', list, (inner: Json): Json => [inner]],
    ['ambiguous branches', either, (inner: Json): Json => ({ a: inner })],
    ['what is asked twice', both, (inner: Json): Json => ({ a: inner })],
  ])('values 20,000 levels deep: %s', (_, schema, wrap) => {
    expect(check(schema, nest(20_000, wrap)).length).toBeGreaterThan(0);
    expect(check(schema, JSON.parse(JSON.stringify(nest(1000, wrap)).replace('"end"', '1')) as Json)).toEqual([]);
  });

  test('schemas 100,000 levels deep', () => {
    let schema: JsonSchema = { type: 'number' };
    for (let i = 0; i < 100_000; i += 1)
      schema = i % 2 === 0 ? { allOf: [schema] } : { anyOf: [schema, { type: 'null' }] };
    expect(check(schema, 1)).toEqual([]);
    expect(check(schema, 'x')).toHaveLength(1);
  });

  test.each<[string, JsonSchema, boolean]>([
    ['itself', { $ref: '#' }, true],
    ['itself and more', { allOf: [{ $ref: '#' }], type: 'number' }, false],
    ['a union of itself', { anyOf: [{ $ref: '#' }, { $ref: '#' }, { minLength: 9 }] }, false],
    ['not itself', { not: { $ref: '#' } }, false],
    ['in a circle', { $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/B' }, B: { $ref: '#/$defs/A' } } }, true],
  ])('schemas that refer to %s', (_, schema, passes) => {
    expect(check(schema, 'x').length === 0).toBe(passes);
  });

  test('schemas whose parts double with every level', () => {
    const doubled = (keyword: 'allOf' | 'anyOf' | 'oneOf', end: JsonSchema): JsonSchema => ({
      $ref: '#/$defs/D0',
      $defs: {
        ...Object.fromEntries(
          Array.from({ length: 60 }, (_, i): [string, JsonSchema] => {
            const next = { $ref: `#/$defs/D${i + 1}` };
            return [`D${i}`, { [keyword]: [next, { allOf: [next] }] }];
          }),
        ),
        D60: end,
      },
    });
    expect(check(doubled('allOf', { type: 'number' }), 'x')).toHaveLength(1);
    expect(check(doubled('anyOf', { minLength: 2 }), 'x')).toHaveLength(1);
    expect(check(doubled('anyOf', { minLength: 1 }), 'x')).toEqual([]);
    expect(check(doubled('oneOf', { minLength: 2 }), 'x')).toHaveLength(1);
  });

  test('a string too long for patterns, which are not run on it', () => {
    const slow: JsonSchema = { pattern: '^(a+)+$' };
    expect(check(slow, `${'a'.repeat(10_000)}b`)).toEqual([]);
  });

  test('a list of 100,000 items', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => i);
    expect(check({ type: 'array', items: { anyOf: [{ type: 'integer' }, { type: 'null' }] } }, many)).toEqual([]);
  });

  test('keys that objects have of their own', () => {
    const value = JSON.parse('{"__proto__": 1, "toString": 2}') as Json;
    expect(check({ properties: { a: true }, additionalProperties: false }, value).map(({ path }) => path)).toEqual([
      '/__proto__',
      '/toString',
    ]);
    expect(check({ required: ['__proto__'], type: 'object' }, {})).toHaveLength(1);
  });
});
