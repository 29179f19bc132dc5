import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, canonicalPieces } from '../../src/value/canonical.js';
import { digestOf } from '../../src/value/digest.js';
import type { Json } from '../../src/value/json.js';
import { sha256 } from '../../src/value/sha256.js';
import { anyJson } from './any-json.js';

const reference = canonicalize as (value: unknown) => string;

describe('canonicalJson', () => {
  test('equals the package canonicalize on random JSON', () => {
    fc.assert(
      fc.property(anyJson, value => {
        expect(canonicalJson(value)).toBe(reference(value));
      }),
      { numRuns: 400 },
    );
  });

  test('is the same text in pieces, however they are cut', () => {
    const long = fc.string({
      unit: fc.constantFrom('a', '"', 'ä', '😀', '\ud800', '\n'),
      minLength: 65_530,
      maxLength: 65_545,
    });
    const check = (value: Json, length: number): void => {
      const pieces = [...canonicalPieces(value, length)];
      expect(pieces.join('')).toBe(canonicalJson(value));
      expect(pieces.slice(0, -1).every(piece => piece.length >= length)).toBe(true);
      // A pair that is torn would not survive UTF-8.
      expect(Buffer.concat(pieces.map(piece => Buffer.from(piece))).toString()).toBe(pieces.join(''));
    };
    fc.assert(fc.property(anyJson, fc.integer({ min: 1, max: 50 }), check));
    fc.assert(
      fc.property(long, text => {
        expect(canonicalJson(text)).toBe(JSON.stringify(text));
        check([text, { text }], 1000);
      }),
      { numRuns: 30 },
    );
  });

  test('reads back as the same value', () => {
    fc.assert(
      fc.property(anyJson, value => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('sorts the example of RFC 8785 by code units', () => {
    const value = JSON.parse(
      '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew","1":"One","\\ud83d\\ude00":"Emoji","\\u0080":"Control","\\u00f6":"Latin"}',
    ) as Json;
    expect(canonicalJson(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin","€":"Euro Sign","😀":"Emoji","\ufb33":"Hebrew"}',
    );
  });

  test.each([
    [-0, '0'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [0.1 + 0.2, '0.30000000000000004'],
    [Number.MAX_VALUE, '1.7976931348623157e+308'],
    [5e-324, '5e-324'],
  ])('prints %d as %s', (number, text) => expect(canonicalJson(number)).toBe(text));

  test('sorts objects of many keys as those of few', () => {
    const keys = Array.from({ length: 50 }, (_, i) => `k${(i * 37) % 50}`);
    const value = Object.fromEntries(keys.map(key => [key, 1]));
    expect(canonicalJson(value)).toBe(reference(value));
  });

  test('writes a lone surrogate as its escape', () => {
    expect(canonicalJson({ '\ud800': '\udfff' })).toBe('{"\\ud800":"\\udfff"}');
  });

  test('goes 100,000 levels deep', () => {
    let value: Json = 1;
    for (let i = 0; i < 50_000; i += 1) value = [{ a: value }];
    expect(canonicalJson(value)).toBe(`${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`);
  });

  test.each([undefined, NaN, Infinity, 1n, Symbol('s'), () => 1])('refuses %s', bad => {
    // Not JSON by its type, which is the point.
    expect(() => canonicalJson({ a: [bad as unknown as Json] })).toThrow(TypeError);
  });
});

describe('digestOf', () => {
  test('is the same for objects that differ in the order of their keys only', () => {
    expect(digestOf({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(digestOf({ b: [{ d: 3, c: 2 }], a: 1 }));
  });

  test('is the SHA-256 of the canonical JSON, 64 lower-case hex digits', () => {
    expect(digestOf({ b: 'ü', a: -0 })).toBe(sha256('{"a":0,"b":"ü"}'));
    expect(digestOf(null)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('differs for values that differ', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (a, b) => {
        expect(digestOf(a) === digestOf(b)).toBe(canonicalJson(a) === canonicalJson(b));
      }),
    );
  });
});
