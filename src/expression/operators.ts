import type { Json } from '../value/json.js';
import type { ArithmeticExpr, ArithmeticOp, ChooseExpr, CompareExpr, Expr, LogicExpr, UnaryExpr } from './ast.js';
import { type Burn, compareStrings, containsText, isEqual } from './compare.js';
import type { Context } from './context.js';
import { failed } from './halt.js';
import { describe, isList, isObject } from './kind.js';

/** `and` stops at the first false, `or` at the first true; each operand that is looked at must be a boolean. */
export function logic({ op, of }: LogicExpr, context: Context): boolean {
  const decisive = op === 'or';
  for (const operand of of) if (booleanOf(operand, `"${op}"`, context) === decisive) return decisive;
  return !decisive;
}

export function not({ of }: UnaryExpr, context: Context): boolean {
  return !booleanOf(of, '"not"', context);
}

/** Only the branch that is chosen is evaluated. */
export function choose(expr: ChooseExpr, context: Context): Json {
  return context.valueOf(booleanOf(expr.test, '"? :"', context) ? expr.yes : expr.no);
}

// No truthiness: a number or a text in a condition is a mistake more often than not.
function booleanOf(expr: Expr, by: string, context: Context): boolean {
  const value = context.valueOf(expr);
  if (typeof value !== 'boolean') throw failed(expr.column, `${by} takes booleans, not ${describe(value)}`);
  return value;
}

export function compare(expr: CompareExpr, context: Context): boolean {
  const left = context.valueOf(expr.left);
  const right = context.valueOf(expr.right);
  const burn: Burn = amount => context.burn(amount, expr.column);
  switch (expr.op) {
    case '==':
      return isEqual(left, right, burn);
    case '!=':
      return !isEqual(left, right, burn);
    case 'in':
      return isIn(left, right, expr, burn);
    case '<':
      return order(left, right, expr, burn) < 0;
    case '<=':
      return order(left, right, expr, burn) <= 0;
    case '>':
      return order(left, right, expr, burn) > 0;
    case '>=':
      return order(left, right, expr, burn) >= 0;
  }
}

function order(left: Json, right: Json, { op, column }: CompareExpr, burn: Burn): number {
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : Number(left > right);
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(left, right, burn);
  throw failed(column, `"${op}" takes two numbers or two strings, not ${describe(left)} and ${describe(right)}`);
}

/** An item of a list, a key of an object, a part of a string. */
function isIn(left: Json, right: Json, { column }: CompareExpr, burn: Burn): boolean {
  if (isList(right)) return right.some(item => isEqual(left, item, burn));
  if (!isObject(right) && typeof right !== 'string') {
    throw failed(column, `"in" looks into a list, an object or a string, not ${describe(right)}`);
  }
  if (typeof left !== 'string') {
    throw failed(column, `only a string can be in ${describe(right)}, not ${describe(left)}`);
  }
  return isObject(right) ? Object.hasOwn(right, left) : containsText(right, left, burn);
}

export function arithmetic(expr: ArithmeticExpr, context: Context): number {
  const left = context.valueOf(expr.left);
  const right = context.valueOf(expr.right);
  const { op, column } = expr;
  if (typeof left !== 'number' || typeof right !== 'number') {
    throw failed(column, `"${op}" takes two numbers, not ${describe(left)} and ${describe(right)}`);
  }
  if (right === 0 && (op === '/' || op === '%')) throw failed(column, `division by zero: ${left} ${op} 0`);
  const result = compute(op, left, right);
  if (!Number.isFinite(result)) throw failed(column, `${left} ${op} ${right} is too large for a number`);
  return result + 0; // JSON has no -0
}

function compute(op: ArithmeticOp, left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

export function negate({ of, column }: UnaryExpr, context: Context): number {
  const value = context.valueOf(of);
  if (typeof value !== 'number') throw failed(column, `"-" takes a number, not ${describe(value)}`);
  return 0 - value;
}
