import type { Json } from '../value/json.js';
import type { Expr } from './ast.js';
import type { Context } from './context.js';
import { call } from './functions.js';
import { Halt, failed } from './halt.js';
import { arithmetic, choose, compare, logic, negate, not } from './operators.js';
import { isThere, readPath } from './read.js';

/** What a name stands for. `peek`: a value that is not inline; of it only the parts under its peek keys are known. */
export type Operand =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'absent' }
  | { readonly kind: 'peek'; readonly size: number; readonly peek: Readonly<Record<string, Json>> };

/** `absent`: a name that the result depends on is absent. `column` counts from 1. */
export type Evaluated =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'absent'; readonly name: string }
  | { readonly kind: 'error'; readonly message: string; readonly column: number };

/**
 * What an expression is worth. Operands are evaluated from left to right, and only where they matter: what `and`, `or`
 * and `? :` pass by is not looked at. Work is bounded: a unit of fuel per node, item and field, and per 64 characters.
 * Pure; throws only what `lookup` throws. Takes a tree from `parseExpression`.
 */
export function evaluate(ast: Expr, lookup: (name: string) => Operand, fuel = 10_000): Evaluated {
  let left = fuel;
  const context: Context = {
    lookup,
    burn(amount, column) {
      left -= amount;
      if (left < 0) throw failed(column, `too much work: this takes more than ${fuel} steps`);
    },
    valueOf: expr => valueOf(expr, context),
  };
  try {
    return { kind: 'value', value: valueOf(ast, context) };
  } catch (error) {
    if (error instanceof Halt) return error.result;
    throw error;
  }
}

function valueOf(expr: Expr, context: Context): Json {
  context.burn(1, expr.column);
  switch (expr.kind) {
    case 'literal':
      return expr.value;
    case 'list':
      return expr.items.map(context.valueOf);
    case 'name':
    case 'read':
      return readPath(expr, context);
    case 'has':
      return isThere(expr, context);
    case 'not':
      return not(expr, context);
    case 'negate':
      return negate(expr, context);
    case 'logic':
      return logic(expr, context);
    case 'choose':
      return choose(expr, context);
    case 'compare':
      return compare(expr, context);
    case 'arithmetic':
      return arithmetic(expr, context);
    case 'call':
      return call(expr, context);
  }
}
