import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evaluated, type Operand, evaluate } from '../../src/expression/evaluate.js';
import { peekAt, peeksOf } from '../../src/expression/reads.js';
import type { Json } from '../../src/value/json.js';
import { parsed } from './expressions.js';

const keysOf = (text: string): Record<string, readonly string[]> => Object.fromEntries(peeksOf(parsed(text)));

const over = (text: string, peek: Readonly<Record<string, Json>>): Evaluated =>
  evaluate(parsed(text), (): Operand => ({ kind: 'peek', size: 5000, peek }));

describe('peeksOf', () => {
  it.each<[string, Record<string, readonly string[]>]>([
    ['1 + 2', {}],
    ['x == 1', { x: [''] }],
    ['x.a', { x: ['/a', '/a#has'] }],
    ['x.pages[0].title', { x: ['/pages/0/title', '/pages/0/title#has'] }],
    ['len(x)', { x: ['#len'] }],
    ['len(x.a)', { x: ['/a#len', '/a#has'] }],
    ['has(x)', { x: [] }],
    ['has(x.a)', { x: ['/a#has'] }],
    ['has(x.a) and x.a > 1', { x: ['/a#has', '/a'] }],
    ['x.a[i].b', { x: ['/a', '/a#has'], i: [''] }],
    ['x[i]', { x: [''], i: [''] }],
    ['has(x.a[i.j])', { x: ['/a', '/a#has'], i: ['/j', '/j#has'] }],
    ['len(x[i])', { x: [''], i: [''] }],
    ['x.a in y ? len(z) : min([w, -v])', { x: ['/a', '/a#has'], y: [''], z: ['#len'], w: [''], v: [''] }],
    ['(p ? x : y).a[i]', { p: [''], x: [''], y: [''], i: [''] }],
    ['len([x])', { x: [''] }],
    ['x["a/b"]["~#"]', { x: ['/a~1b/~0~2', '/a~1b/~0~2#has'] }],
    ['x["0"][0]["~3"]', { x: ['/~30/0/~03', '/~30/0/~03#has'] }],
  ])('of %s are the static parts it reads', (text, keys) => {
    expect(keysOf(text)).toEqual(keys);
  });
});

describe('peekAt', () => {
  it('finds the field of any name under the key that an expression asks for', () => {
    const name = fc.oneof(fc.string(), fc.stringMatching(/^[~/#012]{0,5}$/));
    fc.assert(
      fc.property(name, field => {
        const [key = ''] = peeksOf(parsed(`x[${JSON.stringify(field)}]`)).get('x') ?? [];
        const other = Object.fromEntries(['~', '#', '/', '~0', '~1', '~2'].map(near => [near, 'another field']));
        expect(peekAt({ ...other, [field]: 'found' }, key)).toEqual({ found: true, value: 'found' });
      }),
    );
  });

  const value: Json = {
    a: { b: [1, null] },
    'x/y~#': 'é😀',
    0: 'zero',
    '': { '': 5 },
    list: ['first'],
  };

  it.each<[string, Json]>([
    ['', value],
    ['/a/b', [1, null]],
    ['/a/b/1', null],
    ['/x~1y~0~2', 'é😀'],
    ['/~30', 'zero'],
    ['//', 5],
    ['#len', 5],
    ['/a/b#len', 2],
    ['/x~1y~0~2#len', 2],
    ['/a/b/0#len', null],
    ['/a/b/1#has', true],
    ['/a/b/2#has', false],
    ['/nothing/there#has', false],
    ['#has', true],
  ])('finds %s', (key, part) => {
    expect(peekAt(value, key)).toStrictEqual({ found: true, value: part });
  });

  it.each(['/nothing', '/a/b/2', '/a/b/length', '/a/constructor', '/__proto__', '/0', '/list/~30', '/nothing#len'])(
    'finds nothing at %s',
    key => {
      expect(peekAt(value, key)).toEqual({ found: false });
    },
  );

  it.each(['a', '#', '#size', '/a#len#has', '#value'])('finds nothing under %s, which no expression asks for', key => {
    expect(peekAt(value, key)).toEqual({ found: false });
  });
});

describe('a value that is not inline', () => {
  it('is read by its peeks', () => {
    expect(over('x.a + len(x.b)', { '/a': 1, '/b#len': 2 })).toEqual({ kind: 'value', value: 3 });
    expect(over('x.a[1 - 1]', { '/a': [7] })).toEqual({ kind: 'value', value: 7 });
    expect(over('has(x) and has(x.a)', { '/a#has': true })).toEqual({ kind: 'value', value: true });
  });

  it('fails where a part was too large to be peeked', () => {
    const tooLarge = (path: string, column: number) => ({
      kind: 'error',
      message: `${path} is larger than 1 KiB, too large to be read by a condition`,
      column,
    });
    expect(over('1 + x.a["b c"][0]', { '/a/b c/0#has': true })).toEqual(tooLarge('x.a["b c"][0]', 15));
    expect(over('x == 1', {})).toEqual(tooLarge('x', 1));
    expect(over('has(x.a[i])', { '/a#has': true })).toEqual(tooLarge('x.a', 6));
    expect(over('has(x.a) or true', {})).toEqual(tooLarge('x.a', 6));
    expect(over('len(x) > 0', {})).toEqual(tooLarge('x', 5));
  });

  it('fails as a missing part where it has none, and has forgives it', () => {
    expect(over('x.a.b', { '/a/b#has': false })).toEqual({ kind: 'error', message: 'x.a.b is not there', column: 4 });
    expect(over('len(x.a)', { '/a#has': false })).toEqual({ kind: 'error', message: 'x.a is not there', column: 6 });
    expect(over('len(x)', { '#len': null })).toMatchObject({ kind: 'error', column: 1 });
    expect(over('has(x.a[x.b])', { '/a': [1], '/a#has': true, '/b#has': false })).toEqual({
      kind: 'value',
      value: false,
    });
  });

  it('does not take an inherited property for a peek', () => {
    expect(over('has(x.a) or x.b', Object.create({ '/a#has': true }) as Record<string, Json>)).toMatchObject({
      kind: 'error',
      column: 6,
    });
  });
});
