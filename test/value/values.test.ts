import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/value/canonical.js';
import type { Json } from '../../src/value/json.js';
import { inlineOf, literal } from '../../src/value/leaf.js';
import { pointer } from '../../src/value/pointer.js';
import { quote } from '../../src/value/quote.js';
import { utf8Length, weight } from '../../src/value/size.js';
import type { Leaf, Value } from '../../src/value/value.js';
import { anyJson, anyText } from './any-json.js';

const stored: Leaf = { digest: 'd'.repeat(64), size: 5_000_000 };
const small: Leaf = { digest: 'a'.repeat(64), size: 3, inline: 'x' };
const valueOf = fc.letrec<{ value: Value }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    anyJson.map(literal),
    fc.constantFrom<Value>(stored, small),
    fc.array(tie('value')).map(list => ({ list })),
    tie('value').map(flat => ({ flat })),
  ),
})).value;

describe('utf8Length', () => {
  test('counts the bytes that Node encodes', () => {
    const pairs = fc.constantFrom('\ud83d\ud83d\ude00', '\ude00😀');
    fc.assert(
      fc.property(fc.oneof(anyText, pairs), some => {
        expect(utf8Length(some)).toBe(Buffer.byteLength(some));
      }),
      { numRuns: 200 },
    );
  });
});

describe('literal', () => {
  test('is an inline leaf without digest, with the bytes of its canonical JSON as size', () => {
    expect(literal({ b: 'ü', a: 1 })).toEqual({ size: 16, inline: { b: 'ü', a: 1 } });
    expect(literal(null)).toEqual({ size: 4, inline: null });
    fc.assert(
      fc.property(anyJson, some => {
        expect(literal(some).size).toBe(Buffer.byteLength(canonicalJson(some)));
      }),
    );
  });
});

describe('inlineOf', () => {
  test('puts lists together and concatenates flats', () => {
    const value: Value = { list: [literal(1), { flat: { list: [literal([2, 3]), { list: [literal(null)] }] } }] };
    expect(inlineOf(value)).toEqual([1, [2, 3, null]]);
    expect(inlineOf(literal(null))).toBe(null);
    expect(inlineOf({ list: [] })).toEqual([]);
    expect(inlineOf({ flat: literal([[1], [], [[2]]]) })).toEqual([1, [2]]);
  });

  test('is unknown if any part lies in the store', () => {
    expect(inlineOf(stored)).toBeUndefined();
    expect(inlineOf({ list: [literal(1), { flat: { list: [stored] } }] })).toBeUndefined();
  });

  test('is unknown for a flat of what is not lists', () => {
    expect(inlineOf({ flat: literal([[1], 2]) })).toBeUndefined();
    expect(inlineOf({ flat: literal('ab') })).toBeUndefined();
  });

  test('does not overflow on lists nested 100,000 deep, and takes a shared part once', () => {
    let deep: Value = literal(1);
    for (let i = 0; i < 100_000; i += 1) deep = { list: [deep] };
    expect(inlineOf(deep)).toHaveLength(1);
    let shared: Value = literal(1);
    for (let i = 0; i < 100; i += 1) shared = { list: [shared, shared] };
    expect(inlineOf(shared)).toHaveLength(2);
  });
});

describe('weight', () => {
  test('is close to the bytes of the JSON that travels', () => {
    fc.assert(
      fc.property(valueOf, value => {
        const bytes = Buffer.byteLength(JSON.stringify(value));
        const parts = JSON.stringify(value).split(/"(?:size|list|flat)":/).length;
        expect(Math.abs(weight(value) - bytes)).toBeLessThanOrEqual(12 * parts);
      }),
      { numRuns: 300 },
    );
  });

  test('counts peeked parts, and a part that occurs twice twice', () => {
    const peeked: Leaf = {
      digest: 'd'.repeat(64),
      size: 1e6,
      peek: { 'a.b': 'x'.repeat(900), 'a.c': 'y'.repeat(900) },
    };
    expect(weight(peeked)).toBeGreaterThan(1900);
    expect(weight({ list: [peeked, peeked] })).toBeGreaterThan(3800);
  });

  test('takes no time on what it has weighed before, nor on shared parts, and does not overflow', () => {
    let deep: Value = small;
    for (let i = 0; i < 100_000; i += 1) deep = { list: [deep] };
    expect(weight(deep)).toBeGreaterThan(1_000_000);
    let shared: Value = small;
    for (let i = 0; i < 60; i += 1) shared = { list: [shared, shared] };
    expect(weight(shared)).toBeGreaterThan(2 ** 60);
  });
});

describe('pointer', () => {
  test('escapes slashes and tildes', () => {
    expect(pointer([])).toBe('');
    expect(pointer(['a/b', 0, '~', ''])).toBe('/a~1b/0/~0/');
  });
});

describe('quote', () => {
  test('quotes a short value as its JSON', () => {
    const value = { a: [1, 'x', null], 'b"': { c: false } };
    expect(quote(value)).toBe(JSON.stringify(value));
  });

  test('cuts long ones to 60 characters', () => {
    expect(quote('x'.repeat(100))).toBe(`"${'x'.repeat(57)}…"`);
    expect(quote(Array.from({ length: 1_000_000 }, (_, i) => i))).toMatch(/^\[0,1,2,.{52}…$/);
    expect(quote('x'.repeat(58))).toBe(`"${'x'.repeat(58)}"`);
  });

  test('is a beginning of the JSON, never longer than asked for', () => {
    fc.assert(
      fc.property(anyJson, fc.integer({ min: 5, max: 80 }), (value, limit) => {
        const text = quote(value, limit);
        const whole = JSON.stringify(value);
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(whole.startsWith(whole.length > limit ? text.replace(/…"?$/, '') : text)).toBe(true);
        expect(text.length === whole.length || text.includes('…')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('does not tear a surrogate pair, and survives any depth', () => {
    expect(quote('😀'.repeat(100))).toBe(`"${'😀'.repeat(28)}…"`);
    let deep: Json = 1;
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    expect(quote(deep)).toBe(`${'['.repeat(59)}…`);
  });
});
