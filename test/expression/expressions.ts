import type { Expr } from '../../src/expression/ast.js';
import { type Evaluated, type Operand, evaluate } from '../../src/expression/evaluate.js';
import { parseExpression } from '../../src/expression/parse.js';
import type { Json } from '../../src/value/json.js';

/** The tree of a text that must be an expression. */
export function parsed(text: string): Expr {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.issues)}`);
  return result.ast;
}

/** Names with values; any other name is absent. */
export function lookupIn(names: Readonly<Record<string, Json>>): (name: string) => Operand {
  return name => {
    const value = Object.hasOwn(names, name) ? names[name] : undefined;
    return value === undefined ? { kind: 'absent' } : { kind: 'value', value };
  };
}

export function evaluated(text: string, names: Readonly<Record<string, Json>> = {}): Evaluated {
  return evaluate(parsed(text), lookupIn(names));
}
