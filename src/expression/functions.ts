import type { Json } from '../value/json.js';
import type { CallExpr } from './ast.js';
import { costOf } from './compare.js';
import type { Context } from './context.js';
import { failed } from './halt.js';
import { describe, isList } from './kind.js';
import { lengthOf } from './length.js';
import { peekedLength } from './read.js';

export function call(expr: CallExpr, context: Context): Json {
  const [first] = expr.args;
  if (!first) throw failed(expr.column, `${expr.name} takes an argument`);
  if (expr.name === 'len') {
    const peeked = peekedLength(first, context);
    return peeked === undefined ? measure(context.valueOf(first), expr, context) : measured(peeked, expr);
  }
  const args = expr.args.map(context.valueOf);
  if (expr.name === 'abs') return Math.abs(numberOf(args[0] ?? null, expr));
  return extreme(args, expr, context);
}

function measure(value: Json, { column }: CallExpr, context: Context): number {
  const length = lengthOf(value);
  if (length === undefined) throw failed(column, `len takes a string, a list or an object, not ${describe(value)}`);
  if (!isList(value)) context.burn(costOf(length), column);
  return length;
}

function measured(length: Json, { column }: CallExpr): Json {
  if (length === null) throw failed(column, 'len takes a string, a list or an object');
  return length;
}

/** The smallest or largest of numbers, given one by one or as one list. */
function extreme(args: readonly Json[], expr: CallExpr, context: Context): number {
  const [first = null] = args;
  const items = args.length === 1 && isList(first) ? first : args;
  context.burn(items.length, expr.column);
  const [head, ...rest] = items.map(item => numberOf(item, expr));
  if (head === undefined) throw failed(expr.column, `${expr.name} of an empty list`);
  const better = expr.name === 'min' ? Math.min : Math.max;
  return rest.reduce((best, item) => better(best, item), head);
}

function numberOf(value: Json, { name, column }: CallExpr): number {
  if (typeof value === 'number') return value;
  const wanted = name === 'abs' ? 'a number' : 'numbers or one list of numbers';
  throw failed(column, `${name} takes ${wanted}, not ${describe(value)}`);
}
