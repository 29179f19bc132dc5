import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../src/expression/check.js';
import { type Evaluated, type Operand, evaluate } from '../../src/expression/evaluate.js';
import { peekAt, peeksOf } from '../../src/expression/reads.js';
import type { JsonSchema } from '../../src/schema/json-schema.js';
import type { Json } from '../../src/value/json.js';
import { lookupIn, parsed } from './expressions.js';
import { print } from './print-tree.js';
import { trees } from './random-tree.js';
import { type Names, names } from './random-values.js';
import { type Outcome, reference } from './reference.js';

const outcomeOf = (evaluated: Evaluated): Outcome =>
  evaluated.kind === 'value' ? evaluated : { kind: evaluated.kind };

describe('any expression', () => {
  it('printed, parsed and evaluated gives what the reference evaluator gives', () => {
    fc.assert(
      fc.property(trees(), names, (tree, values) => {
        expect(outcomeOf(evaluate(parsed(print(tree)), lookupIn(values)))).toEqual(reference(tree, values));
      }),
      { numRuns: 2000 },
    );
  });

  it('survives being stored as JSON', () => {
    fc.assert(
      fc.property(trees(), tree => {
        const ast = parsed(print(tree));
        expect(JSON.parse(JSON.stringify(ast))).toStrictEqual(ast);
      }),
    );
  });

  it('gives the same over the peeks of a value as over the value', () => {
    fc.assert(
      fc.property(trees(), names, (tree, values) => {
        const ast = parsed(print(tree));
        const operand = peekedIn(values, peeksOf(ast));
        expect(outcomeOf(evaluate(ast, operand))).toEqual(outcomeOf(evaluate(ast, lookupIn(values))));
      }),
      { numRuns: 2000 },
    );
  });

  it('fails when evaluated if the check found something wrong with it', () => {
    fc.assert(
      fc.property(trees({ eager: true }), names, (tree, values) => {
        const ast = parsed(print(tree));
        const schemas = new Map(Object.entries(values).map(([name, value]) => [name, schemaOf(value)]));
        const issues = checkExpression(ast, schemas).filter(({ message }) => !message.includes('never equals'));
        return issues.length === 0 || evaluate(ast, lookupIn(values)).kind !== 'value';
      }),
      { numRuns: 2000 },
    );
  });
});

/** Every value as one that is not inline. */
function peekedIn(values: Names, keys: ReadonlyMap<string, readonly string[]>): (name: string) => Operand {
  return name => {
    const value = values[name];
    if (value === undefined) return { kind: 'absent' };
    const peek: Record<string, Json> = {};
    for (const key of keys.get(name) ?? []) {
      const part = peekAt(value, key);
      if (part.found) peek[key] = part.value;
    }
    return { kind: 'peek', size: 5000, peek };
  };
}

/** The tightest schema of a value. */
function schemaOf(value: Json): JsonSchema {
  if (Array.isArray(value))
    return { type: 'array', prefixItems: (value as readonly Json[]).map(schemaOf), items: false };
  if (typeof value !== 'object' || value === null) return { const: value };
  const properties = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, schemaOf(field)]));
  return { type: 'object', properties, additionalProperties: false };
}
