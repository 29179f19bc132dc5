import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../src/expression/check.js';
import { evaluate } from '../../src/expression/evaluate.js';
import { type ExpressionIssue, parseExpression } from '../../src/expression/parse.js';
import { peeksOf } from '../../src/expression/reads.js';
import { lookupIn, parsed } from './expressions.js';
import type { Names } from './random-values.js';

function issuesOf(text: string): readonly ExpressionIssue[] {
  const result = parseExpression(text);
  return result.ok ? [] : result.issues;
}

describe('parseExpression', () => {
  it('gives a tree of plain JSON with the columns of operators and operands', () => {
    expect(parsed('count >= 5 and not x["a"][0].b')).toStrictEqual({
      kind: 'logic',
      op: 'and',
      column: 12,
      of: [
        {
          kind: 'compare',
          op: '>=',
          column: 7,
          left: { kind: 'name', name: 'count', column: 1 },
          right: { kind: 'literal', value: 5, column: 10 },
        },
        {
          kind: 'not',
          column: 16,
          of: {
            kind: 'read',
            of: { kind: 'name', name: 'x', column: 20 },
            steps: [
              { kind: 'field', name: 'a', column: 21 },
              { kind: 'item', index: 0, column: 26 },
              { kind: 'field', name: 'b', column: 29 },
            ],
            column: 20,
          },
        },
      ],
    });
  });

  it('reads words and symbols of one operator as the same', () => {
    const shape = (text: string): unknown =>
      JSON.parse(JSON.stringify(parsed(text)).replaceAll(/"column":\d+/g, '"column":0'));
    expect(shape('a && b || c')).toEqual(shape('a and b or c'));
    expect(shape('!a')).toEqual(shape('not a'));
    expect(shape('True == None')).toEqual(shape('true == null'));
    expect(shape('(a.b)["c"]')).toEqual(shape('a.b.c'));
  });

  it('counts columns over line breaks', () => {
    expect(issuesOf('a and\n  b ~ c')).toEqual([{ column: 11, message: 'unexpected "~" (U+007E)' }]);
  });

  it('reports wrong calls all at once, with what stops it last', () => {
    expect(issuesOf('lenn(a) + abs(b, c) + has(1) +').map(({ column }) => column)).toEqual([1, 11, 23, 31]);
  });

  it('ST-16: refuses imports, calls and methods', () => {
    for (const text of [
      'import os',
      '__import__("os")',
      'open("x")',
      'x.y()',
      'x => 1',
      'x := 1',
      'exec`1`',
      'a.b(c)',
    ]) {
      expect([text, parseExpression(text).ok]).toEqual([text, false]);
    }
  });

  it('reads 4,096 characters and refuses one more', () => {
    const text = `"${'x'.repeat(4094)}"`;
    expect(issuesOf(text)).toEqual([]);
    expect(issuesOf(`${text} `)).toEqual([
      { column: 4097, message: 'too long: 4097 characters, an expression has at most 4096' },
    ]);
  });

  it.each([
    ['parentheses', (n: number) => `${'('.repeat(n)}1${')'.repeat(n)}`],
    ['lists', (n: number) => `${'['.repeat(n)}${']'.repeat(n)}`, 101],
    ['indexes', (n: number) => `${'a['.repeat(n)}1${']'.repeat(n)}`, 100],
    ['calls', (n: number) => `${'abs('.repeat(n)}1${')'.repeat(n)}`],
    ['!', (n: number) => `${'!'.repeat(n)}a`],
    ['-', (n: number) => `${'-'.repeat(n)}a`],
    ['not', (n: number) => `${'not '.repeat(n)}a`],
    ['conditionals', (n: number) => `${'a ? b : '.repeat(n)}c`],
    ['sums', (n: number) => `1${'+1'.repeat(n)}`],
  ])('nests %s 100 deep and no deeper', (_, nested, most = 100) => {
    expect(issuesOf(nested(most))).toEqual([]);
    expect(issuesOf(nested(most + 1))[0]?.message).toBe('too deep: an expression nests at most 100 levels');
    expect(issuesOf(nested(510))[0]?.message).toContain('too deep');
  });

  it.each(['(', '[', 'a[', '!', '-', 'a?b:', 'not ', 'abs(', 'a.b[', '1+(', '[1,'])(
    'stays on its feet under as many %s as fit',
    open => {
      expect(issuesOf(open.repeat(Math.floor(4096 / open.length)))[0]?.message).toContain('too deep');
    },
  );

  it('sets no limit but the length to chains of and, or and fields', () => {
    for (const text of [
      `a${' or a'.repeat(800)}`,
      `a${'&&a'.repeat(1300)}`,
      `a${'.a'.repeat(2000)}`,
      `[1${',1'.repeat(2000)}]`,
    ]) {
      expect(issuesOf(text)).toEqual([]);
    }
  });
});

function isIn(text: string, { column }: { readonly column: number }): boolean {
  return Number.isInteger(column) && column >= 1 && column <= text.length + 1;
}

describe('no text', () => {
  const token = fc.constantFrom(
    ...['a', 'b', 'has', 'len', 'min', '(', ')', '(', ')', '[', ']', '.', ',', '1', '0.5', '"x"', "'y", '\\', '\n'],
    ...[
      '+',
      '-',
      '*',
      '/',
      '%',
      '<',
      '==',
      '!',
      '!=',
      'in',
      'not',
      'and',
      '||',
      '?',
      ':',
      'true',
      'None',
      '=',
      '&',
      '{',
    ],
  );
  const text = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(token, { maxLength: 40 }).map(tokens => tokens.join(' ')),
    fc.array(token, { maxLength: 12 }).map(tokens => tokens.join('')),
  );
  const names = fc.dictionary(fc.constantFrom('a', 'b', 'has', '__proto__'), fc.jsonValue()) as fc.Arbitrary<Names>;

  it('makes anything throw, and every issue has its column in the text or right behind it', () => {
    fc.assert(
      fc.property(text, names, (source, values) => {
        const result = parseExpression(source);
        if (!result.ok) return result.issues.length > 0 && result.issues.every(issue => isIn(source, issue));
        const issues = checkExpression(result.ast, new Map([['a', { type: 'string' }]]), 'boolean');
        peeksOf(result.ast);
        const outcome = evaluate(result.ast, lookupIn(values));
        return issues.every(issue => isIn(source, issue)) && (outcome.kind !== 'error' || isIn(source, outcome));
      }),
      { numRuns: 1500 },
    );
  });
});
