import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../src/expression/check.js';
import { evaluate } from '../../src/expression/evaluate.js';
import { type ExpressionIssue, parseExpression } from '../../src/expression/parse.js';
import { peeksOf } from '../../src/expression/reads.js';
import type { JsonSchema } from '../../src/schema/json-schema.js';
import type { Json } from '../../src/value/json.js';
import { lookupIn, parsed } from './expressions.js';

interface GoldenCase {
  readonly expr: string;
  readonly names?: Readonly<Record<string, Json>>;
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
  readonly result?: Json;
  readonly absent?: string;
  readonly error?: string;
  readonly issue?: string;
  readonly column?: number;
}

// Read as JSON text: an import would lose own `__proto__` keys. What a case means never changes (README.md beside it).
const cases: readonly GoldenCase[] = JSON.parse(
  readFileSync(new URL('until-1.golden.json', import.meta.url), 'utf8'),
) as GoldenCase[];

describe('until/1 means what the golden file says', () => {
  it('in at least 150 cases, none of them twice', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
    expect(new Set(cases.map(entry => JSON.stringify([entry.expr, entry.names]))).size).toBe(cases.length);
  });

  const titled = (among: readonly GoldenCase[]): (readonly [string, GoldenCase])[] =>
    among.map(entry => [`${entry.expr}  with  ${JSON.stringify(entry.names ?? {})}`, entry]);

  it.each(titled(cases.filter(entry => entry.result !== undefined || entry.absent !== undefined)))('%s', (_, entry) => {
    const ast = parsed(entry.expr);
    const { result: value, absent: name } = entry;
    const expected = name === undefined ? { kind: 'value', value } : { kind: 'absent', name };
    expect(evaluate(ast, lookupIn(entry.names ?? {}))).toStrictEqual(expected);
    expect(checkExpression(ast, new Map([...peeksOf(ast).keys()].map(name => [name, undefined])))).toEqual([]);
  });

  it.each(titled(cases.filter(entry => entry.error !== undefined)))(
    '%s fails',
    (_, { expr, names = {}, ...expected }) => {
      expect(evaluate(parsed(expr), lookupIn(names))).toEqual({
        kind: 'error',
        message: expect.stringContaining(expected.error ?? '') as string,
        column: expected.column,
      });
    },
  );

  it.each(titled(cases.filter(entry => entry.issue !== undefined)))('%s is refused', (_, entry) => {
    expect(issuesOf(entry)).toContainEqual({
      column: entry.column,
      message: expect.stringContaining(entry.issue ?? '') as string,
    });
  });
});

function issuesOf({ expr, names = {}, schemas = {} }: GoldenCase): readonly ExpressionIssue[] {
  const result = parseExpression(expr);
  if (!result.ok) return result.issues;
  return checkExpression(result.ast, new Map(Object.keys(names).map(name => [name, schemas[name]])));
}
