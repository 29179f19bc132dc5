import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Evaluated, type Operand, evaluate } from '../../src/expression/evaluate.js';
import type { Json } from '../../src/value/json.js';
import { evaluated, lookupIn, parsed } from './expressions.js';

const no: Evaluated = { kind: 'value', value: false };
const tooMuch = (column: number) => ({
  kind: 'error',
  message: 'too much work: this takes more than 10000 steps',
  column,
});

/** A value that counts how often it is looked into. */
function counted<T extends object>(value: T, reads: { count: number }): T {
  return new Proxy(value, {
    get(target, key, receiver) {
      reads.count += 1;
      const part: unknown = Reflect.get(target, key, receiver);
      return typeof part === 'object' && part !== null ? counted(part, reads) : part;
    },
  });
}

describe('evaluate', () => {
  it('asks only for the names it needs, from left to right', () => {
    const asked: string[] = [];
    const lookup = (name: string): Operand => {
      asked.push(name);
      return { kind: 'value', value: name < 'c' };
    };
    evaluate(parsed('a and c and b or (a ? b : d)'), lookup);
    expect(asked).toEqual(['a', 'c', 'a', 'b']);
  });

  it('passes on what the lookup throws', () => {
    const lookup = (): never => {
      throw new Error('broken lookup');
    };
    expect(() => evaluate(parsed('has(x)'), lookup)).toThrow('broken lookup');
  });

  it('reaches nothing that is inherited, whatever the name', () => {
    const inherited = [Object, Array, String].flatMap(kind => Object.getOwnPropertyNames(kind.prototype));
    const text = 'has(o[k]) or has(l[k]) or has(s[k]) or k in o or k in l';
    const reached = inherited.filter(k => !isDeepStrictEqual(evaluated(text, { o: {}, l: ['a'], s: 'abc', k }), no));
    expect(reached).toEqual([]);
  });

  it('never gives -0', () => {
    const texts = ['0 * -1', '-n', '0 / -5', '-1 % 1', '-0', 'n - 0', '-(n * -1)', 'abs(-n)'];
    for (const text of texts)
      expect([text, evaluated(text, { n: 0 })]).toStrictEqual([text, { kind: 'value', value: 0 }]);
  });

  it('keeps long values out of its messages', () => {
    const result = evaluated('x + 1', { x: 'x'.repeat(100_000) });
    expect(result).toMatchObject({ kind: 'error' });
    expect(JSON.stringify(result).length).toBeLessThan(200);
  });
});

describe('fuel', () => {
  it('is 10,000 units unless told otherwise', () => {
    expect(evaluated('0 in x', { x: numbers(9_900) })).toEqual(no);
    expect(evaluated('0 in x', { x: numbers(10_000) })).toEqual(tooMuch(3));
    expect(evaluate(parsed('1 + 1'), lookupIn({}), 3)).toEqual({ kind: 'value', value: 2 });
    expect(evaluate(parsed('1 + 1'), lookupIn({}), 2)).toMatchObject({ kind: 'error', column: 5 });
  });

  it.each([
    ['true', 1],
    ['x.l[0]', 3],
    ['[1, 2, 3]', 4],
    ['1 in [1, 2]', 6],
    ['x == x', 7],
    ['len("é")', 3],
  ])('%s costs %i units', (text, cost) => {
    const lookup = lookupIn({ x: { l: [1, 2] } });
    expect(evaluate(parsed(text), lookup, cost).kind).toBe('value');
    expect(evaluate(parsed(text), lookup, cost - 1).kind).toBe('error');
  });

  it('is enough for a condition over values that travel inline', () => {
    const inline = Array.from({ length: 1_000 }, (_, index) => index);
    expect(evaluated('1000 in x or x == y and max(x) == 999', { x: inline, y: [...inline] })).toEqual({
      kind: 'value',
      value: true,
    });
  });

  it.each([
    ['deep equality of wide lists', 'x == y', () => numbers(200_000)],
    [
      'deep equality of wide objects',
      'x == y',
      () => Object.fromEntries(numbers(60_000).map((_, at) => [`k${at}`, at])),
    ],
    ['deep equality of deep lists', 'x == y', () => nested(50_000)],
    [
      'a search in a list of lists',
      '[x[0][0], 0, x[0][2]] in x',
      () => numbers(200).map(() => [numbers(200), 1, numbers(200)]),
    ],
    ['the same comparison again and again', `x == y${' and x == y'.repeat(300)}`, () => numbers(500)],
    ['min of a long list', 'min(x) > 0', () => numbers(200_000)],
  ])('bounds %s', (_, text, make: () => object) => {
    const reads = { count: 0 };
    const x = counted(make(), reads) as Json;
    const y = counted(make(), reads) as Json;
    expect(evaluate(parsed(text), lookupIn({ x, y }))).toMatchObject({ kind: 'error', message: tooMuch(0).message });
    expect(reads.count).toBeLessThan(100_000);
  });

  it.each([
    ['equality', 'x == y'],
    ['order', 'x < y'],
    ['a search', 'x in y'],
    ['length', 'len(x) > 0'],
  ])('bounds %s of huge strings', (_, text) => {
    const x = 'a'.repeat(3_000_000);
    expect(evaluated(text, { x, y: 'a'.repeat(2_999_999) + 'a' })).toMatchObject({
      kind: 'error',
      message: tooMuch(0).message,
    });
  });

  it('bounds a search for a long part by the characters compared', () => {
    const names = { x: `${'a'.repeat(100_000)}b`, y: 'a'.repeat(300_000) };
    expect(evaluated('x in y', names)).toMatchObject({ kind: 'error', message: tooMuch(0).message });
    expect(evaluated('"aab" in y', names)).toEqual(no);
  });

  it('lets strings of a few thousand characters pass', () => {
    const x = 'a'.repeat(4_000);
    expect(evaluated('x == y and x <= y and y in x and len(x) == 4000', { x, y: 'a'.repeat(3_999) + 'a' })).toEqual({
      kind: 'value',
      value: true,
    });
  });
});

function numbers(length: number): number[] {
  return Array.from({ length }, () => 1);
}

function nested(depth: number): object {
  let value: object = [];
  for (let at = 0; at < depth; at += 1) value = [value];
  return value;
}
