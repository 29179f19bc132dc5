import type { ArithmeticOp, CompareOp, Expr, LogicExpr } from './ast.js';
import { childrenOf } from './ast.js';
import { Cursor, MAX_NESTING, tooDeep } from './cursor.js';
import { type ExpressionIssue, Unreadable } from './issue.js';
import { parsePostfix } from './parse-postfix.js';
import { tokenize } from './tokenize.js';

export type { ExpressionIssue } from './issue.js';
export type Parsed =
  { readonly ok: true; readonly ast: Expr } | { readonly ok: false; readonly issues: readonly ExpressionIssue[] };

const MAX_LENGTH = 4096;
const COMPARISONS: ReadonlyMap<string, CompareOp> = new Map(
  (['==', '!=', '<', '<=', '>', '>=', 'in'] as const).map(op => [op, op]),
);
const SUMS: ReadonlyMap<string, ArithmeticOp> = new Map((['+', '-'] as const).map(op => [op, op]));
const PRODUCTS: ReadonlyMap<string, ArithmeticOp> = new Map((['*', '/', '%'] as const).map(op => [op, op]));

/**
 * Reads an expression of the language `until/1`. Never throws. What binds loosest comes first:
 *
 *     choose  := or ('?' or ':' choose)?                      or   := and (('or' | '||') and)*
 *     and     := not (('and' | '&&') not)*                    not  := 'not' not | compare
 *     compare := sum (('==' | '!=' | '<' | '<=' | '>' | '>=' | 'in') sum)?
 *     sum     := product (('+' | '-') product)*               product := prefix (('*' | '/' | '%') prefix)*
 *     prefix  := ('!' | '-') prefix | postfix                 postfix := operand ('.' word | '[' choose ']')*
 */
export function parseExpression(text: string): Parsed {
  const issues: ExpressionIssue[] = [];
  try {
    const ast = parseWhole(text, issues);
    if (issues.length === 0) return { ok: true, ast };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    issues.push({ column: error.column, message: error.message });
  }
  return { ok: false, issues: issues.sort((a, b) => a.column - b.column) };
}

function parseWhole(text: string, issues: ExpressionIssue[]): Expr {
  if (text.length > MAX_LENGTH) {
    throw new Unreadable(
      MAX_LENGTH + 1,
      `too long: ${text.length} characters, an expression has at most ${MAX_LENGTH}`,
    );
  }
  const cursor = new Cursor(tokenize(text), issues);
  if (cursor.atEnd) throw new Unreadable(1, 'the expression is empty');
  const ast = parseChoose(cursor);
  if (!cursor.atEnd) throw cursor.unexpected('an operator or the end');
  checkDepth(ast);
  return ast;
}

function parseChoose(cursor: Cursor): Expr {
  const test = parseOr(cursor);
  const mark = cursor.take('?');
  if (!mark) return test;
  const yes = parseOr(cursor);
  if (cursor.at('?')) throw new Unreadable(cursor.token.column, 'put a conditional between "?" and ":" in parentheses');
  cursor.expect(':');
  return { kind: 'choose', test, yes, no: cursor.nested(() => parseChoose(cursor)), column: mark.column };
}

function parseOr(cursor: Cursor): Expr {
  return parseLogic(cursor, 'or', '||', parseAnd);
}

function parseAnd(cursor: Cursor): Expr {
  return parseLogic(cursor, 'and', '&&', parseNot);
}

function parseLogic(cursor: Cursor, op: LogicExpr['op'], sign: string, operand: (cursor: Cursor) => Expr): Expr {
  const first = operand(cursor);
  const { column } = cursor.token;
  const of = [first];
  while (cursor.take(op, sign)) of.push(operand(cursor));
  return of.length === 1 ? first : { kind: 'logic', op, of, column };
}

// `not a == b` is `not (a == b)`, as in Python where the word comes from; `!` binds tightly, as in CEL.
function parseNot(cursor: Cursor): Expr {
  const { column } = cursor.token;
  if (!cursor.take('not')) return parseCompare(cursor);
  return { kind: 'not', of: cursor.nested(() => parseNot(cursor)), column };
}

function parseCompare(cursor: Cursor): Expr {
  const left = parseSum(cursor);
  const { text, column } = cursor.token;
  if (text === 'not') throw new Unreadable(column, 'unexpected "not": write "not (a in b)"');
  const op = COMPARISONS.get(text);
  if (!op) return left;
  cursor.advance();
  const right = parseSum(cursor);
  if (COMPARISONS.has(cursor.token.text)) {
    throw new Unreadable(
      cursor.token.column,
      "comparisons can't be chained: write a < b and b < c, or use parentheses",
    );
  }
  return { kind: 'compare', op, left, right, column };
}

function parseSum(cursor: Cursor): Expr {
  return parseChain(cursor, SUMS, parseProduct);
}

function parseProduct(cursor: Cursor): Expr {
  return parseChain(cursor, PRODUCTS, parsePrefix);
}

function parseChain(cursor: Cursor, ops: ReadonlyMap<string, ArithmeticOp>, operand: (cursor: Cursor) => Expr): Expr {
  let left = operand(cursor);
  for (;;) {
    const { text, column } = cursor.token;
    const op = ops.get(text);
    if (!op) return left;
    cursor.advance();
    left = { kind: 'arithmetic', op, left, right: operand(cursor), column };
  }
}

function parsePrefix(cursor: Cursor): Expr {
  const sign = cursor.take('!', '-');
  if (!sign) return parsePostfix(cursor, parseChoose);
  const of = cursor.nested(() => parsePrefix(cursor));
  if (sign.text === '!') return { kind: 'not', of, column: sign.column };
  if (of.kind === 'literal' && typeof of.value === 'number') {
    return { kind: 'literal', value: of.value === 0 ? 0 : -of.value, column: sign.column };
  }
  return { kind: 'negate', of, column: sign.column };
}

/** Chains of operators grow the tree without nesting the parser; what walks the tree is recursive, so it is bounded. */
function checkDepth(ast: Expr): void {
  let level: readonly Expr[] = [ast];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_NESTING) throw tooDeep(level[0]?.column ?? 1);
    level = level.flatMap(childrenOf);
  }
}
