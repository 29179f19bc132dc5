import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkJson } from '../../src/value/legal.js';
import { anyJson } from './any-json.js';

class Bean {
  readonly origin = 'Lima';
}

/** The value with -0 as 0 and all prototypes plain: JSON keeps neither, and neither counts. */
const normal = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  if (Array.isArray(value)) return value.map(normal);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, normal(part)]));
};

describe('checkJson', () => {
  test('finds nothing in any JSON', () => {
    fc.assert(
      fc.property(anyJson, value => {
        expect(checkJson(value)).toEqual([]);
      }),
    );
  });

  test.each([
    ['undefined', undefined, 'expected JSON, got undefined'],
    ['a function', function grind() {}, 'expected JSON, got a function (grind)'],
    ['a symbol', Symbol('s'), 'expected JSON, got Symbol(s)'],
    ['a bigint', 5n, 'expected JSON, got the bigint 5n (give it as text)'],
    ['NaN', NaN, 'expected JSON, got NaN'],
    ['-Infinity', -Infinity, 'expected JSON, got -Infinity'],
    [
      'a lossy integer',
      2 ** 53,
      'expected an integer within ±9007199254740991 (beyond, digits are lost), got 9007199254740992',
    ],
    ['a Map', new Map(), 'expected JSON, got an instance of Map (give Object.fromEntries(map), or a codec)'],
    ['a Set', new Set(), 'expected JSON, got an instance of Set (give [...set], or a codec)'],
    ['a Date', new Date(), 'expected JSON, got an instance of Date (give its toISOString(), or a codec)'],
    ['a RegExp', /x/, 'expected JSON, got an instance of RegExp'],
    ['an Error', new TypeError('x'), 'expected JSON, got an instance of TypeError'],
    ['bytes', Buffer.from('x'), 'expected JSON, got an instance of Buffer (give its base64 text, or a codec)'],
    ['a boxed string', Object('x'), 'expected JSON, got an instance of String'],
    ['an instance of a class', new Bean(), 'expected JSON, got an instance of Bean'],
    [
      'an instance of a nameless class',
      new (class {
        readonly a = 1;
      })(),
      'expected JSON, got an object with a prototype of its own',
    ],
    ['an heir of a plain object', Object.create({ a: 1 }), 'expected JSON, got an instance of Object'],
    ['a list of a class', new (class Beans extends Array {})(), 'expected JSON, got an instance of Beans'],
    ['a list with a hole', [1, , 3], 'expected a list without holes, got one without index 1'], // oxlint-disable-line no-sparse-arrays
    [
      'a huge empty list',
      Object.assign([], { length: 4_000_000_000 }),
      'expected a list without holes, got one without index 0',
    ],
    ['a list with a key', 'ab'.match(/b/), 'expected a list, got one with the key "index"'],
    ['a symbol key', { [Symbol('s')]: 1 }, 'expected text as key, got Symbol(s)'],
  ])('finds %s, wherever it stands', (_, bad, message) => {
    expect(checkJson(bad)).toContainEqual({ path: '', message });
    expect(checkJson({ ok: 1, 'a/b~c': [null, bad] })).toContainEqual({ path: '/a~1b~0c/1', message });
  });

  test('finds a getter without running it', () => {
    const value = { a: { get now() { throw new Error('ran'); } }, b: Object.defineProperty([1], 0, { get: () => 1, enumerable: true }) }; // prettier-ignore
    const message = 'expected a plain property, got an accessor (getter or setter)';
    expect(checkJson(value)).toEqual([
      { path: '/a/now', message },
      { path: '/b/0', message },
    ]);
  });

  test('finds a toJSON function and an own __proto__ key', () => {
    expect(checkJson({ toJSON: () => 1 })).toEqual([
      { path: '/toJSON', message: 'expected JSON, got a function (toJSON)' },
    ]);
    expect(checkJson(JSON.parse('{"a":{"__proto__":{"x":1}}}'))).toEqual([
      { path: '/a/__proto__', message: 'the key "__proto__" is not allowed' },
    ]);
  });

  test('lets -0, lone surrogates, safe integers, objects without prototype and hidden properties pass', () => {
    const bare: unknown = Object.assign(Object.create(null), { a: 1 });
    const hidden = Object.defineProperty({ a: 1 }, 'secret', { value: () => 1, enumerable: false });
    expect(checkJson([-0, '\ud800', 2 ** 53 - 1, -(2 ** 53 - 1), 1.5, 5e-324, 1e21, -1e300, bare, hidden])).toEqual([]);
  });

  test('takes values of another realm by their shape', () => {
    expect(checkJson(runInNewContext('({ a: [1, { b: null, constructor: 1 }] })'))).toEqual([]);
    expect(checkJson(runInNewContext('({ when: new Date(0), all: new Map() })'))).toMatchObject([
      { path: '/when', message: expect.stringContaining('an instance of Date') as string },
      { path: '/all', message: expect.stringContaining('an instance of Map') as string },
    ]);
  });

  test('finds cycles, but lets one part stand in several places', () => {
    const shared = { list: [1, 2] };
    expect(checkJson({ a: shared, b: [shared, shared.list] })).toEqual([]);
    const loop: Record<string, unknown> = { a: {} };
    loop['a'] = [loop];
    expect(checkJson(loop)).toEqual([
      { path: '/a/0', message: 'expected a tree, got cyclic data: a value that contains itself' },
    ]);
  });

  test('walks a shared part once, so that a value of 2^1000 places takes no time', () => {
    let value: unknown = {};
    for (let i = 0; i < 900; i += 1) value = [value, value];
    expect(checkJson(value)).toEqual([]);
  });

  test('lets 1,000 levels pass and no more, also where a shared part makes them', () => {
    const nest = (levels: number, inner: unknown): unknown => (levels === 0 ? inner : nest(levels - 1, [inner]));
    const message = 'too deep: more than 1000 levels';
    expect(checkJson(nest(1000, 1))).toEqual([]);
    expect(checkJson(nest(1001, 1))).toEqual([{ path: '/0'.repeat(1000), message }]);
    const shared = nest(600, 1);
    expect(checkJson([shared, nest(399, shared)])).toEqual([]);
    expect(checkJson([shared, nest(400, shared)])).toEqual([{ path: `/1${'/0'.repeat(400)}`, message }]);
    const around = [shared];
    expect(checkJson([shared, around, nest(399, around)])).toEqual([{ path: `/2${'/0'.repeat(399)}`, message }]);
  });

  test('does not overflow on a value 200,000 levels deep', () => {
    let value: unknown = 1;
    for (let i = 0; i < 200_000; i += 1) value = { a: value };
    expect(checkJson(value)).toHaveLength(1);
  });

  test('reports all problems, up to 20', () => {
    expect(checkJson({ a: undefined, b: [NaN], c: { d: 1n } }).map(({ path }) => path)).toEqual(['/a', '/b/0', '/c/d']);
    expect(checkJson(Array.from({ length: 100 }, () => undefined))).toHaveLength(20);
  });

  test('what it lets pass comes back from JSON as it went', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true }), value => {
        fc.pre(checkJson(value).length === 0);
        expect(normal(JSON.parse(JSON.stringify(value)))).toEqual(normal(value));
      }),
    );
  });
});
