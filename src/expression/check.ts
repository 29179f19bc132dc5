import { isBytes } from '../schema/content.js';
import { nearest } from '../schema/nearest.js';
import type { JsonSchema } from '../schema/json-schema.js';
import type {
  ArithmeticExpr,
  CallExpr,
  ChooseExpr,
  CompareExpr,
  DynamicStep,
  Expr,
  NameExpr,
  ReadExpr,
} from './ast.js';
import type { ExpressionIssue } from './issue.js';
import { type Kind, kindOf, withArticle } from './kind.js';
import { type Known, anyItem, knownFrom, stepKnown } from './known.js';
import { pathOf } from './path.js';
import { wrongPair } from './wrong-pair.js';

interface Check {
  readonly names: ReadonlyMap<string, JsonSchema | undefined>;
  readonly report: (column: number, message: string) => void;
}

const BOOLEAN: Known = { kind: 'boolean' };
const NUMBER: Known = { kind: 'number' };

/**
 * What is certainly wrong with an expression over these names: unknown names, fields that a schema rules out, operators
 * on kinds they don't take. What a schema leaves open is no issue. `expect`: what the whole expression must give.
 */
export function checkExpression(
  ast: Expr,
  names: ReadonlyMap<string, JsonSchema | undefined>,
  expect?: 'boolean',
): ExpressionIssue[] {
  const issues: ExpressionIssue[] = [];
  const check: Check = { names, report: (column, message) => issues.push({ column, message }) };
  const { kind } = infer(ast, check);
  if (expect && kind && kind !== expect)
    check.report(ast.column, `this must give ${withArticle(expect)}, not ${withArticle(kind)}`);
  return issues.sort((a, b) => a.column - b.column);
}

function infer(expr: Expr, check: Check): Known {
  switch (expr.kind) {
    case 'literal':
      return { kind: kindOf(expr.value) };
    case 'list':
      for (const item of expr.items) infer(item, check);
      return { kind: 'list' };
    case 'name':
    case 'read':
      return inferValue(expr, check);
    case 'has':
      inferPath(expr.of, check);
      return BOOLEAN;
    case 'not':
      demand(expr.of, ['boolean'], '"not"', check);
      return BOOLEAN;
    case 'negate':
      demand(expr.of, ['number'], '"-"', check);
      return NUMBER;
    case 'logic':
      for (const operand of expr.of) demand(operand, ['boolean'], `"${expr.op}"`, check);
      return BOOLEAN;
    case 'choose':
      return inferChoose(expr, check);
    case 'compare':
      return inferCompare(expr, check);
    case 'arithmetic':
      return inferArithmetic(expr, check);
    case 'call':
      return inferCall(expr, check);
  }
}

/** Infers an operand, and reports it if it is certainly none of these. */
function demand(expr: Expr, kinds: readonly Kind[], by: string, check: Check): void {
  const { kind } = infer(expr, check);
  if (kind === undefined || kinds.includes(kind)) return;
  check.report(expr.column, `${by} takes ${oneOf(kinds.map(withArticle))}, not ${withArticle(kind)}`);
}

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** Of bytes a condition can know only whether they are there. */
function inferValue(expr: NameExpr | ReadExpr, check: Check): Known {
  const known = inferPath(expr, check);
  if (!isBytes(known.schema)) return known;
  check.report(expr.column, "bytes can't be read by a condition; have a step say what it needs of them");
  return {};
}

function inferPath(expr: NameExpr | ReadExpr, check: Check): Known {
  const { of, steps } = pathOf(expr);
  let known = of.kind === 'name' ? inferName(of, check) : infer(of, check);
  for (const step of steps) {
    const next = step.kind === 'index' ? inferIndex(known, step, check) : stepKnown(known, step);
    if (typeof next === 'string') check.report(step.column, next);
    known = typeof next === 'string' ? {} : next;
  }
  return known;
}

function inferName({ name, column }: NameExpr, { names, report }: Check): Known {
  if (names.has(name)) return knownFrom(names.get(name));
  const guess = nearest(name, names.keys());
  const there = names.size === 0 ? 'none is given' : `there are ${[...names.keys()].join(', ')}`;
  report(column, `unknown name "${name}"; ${guess === undefined ? there : `did you mean "${guess}"?`}`);
  return {};
}

function inferIndex(of: Known, { index }: DynamicStep, check: Check): Known | string {
  const { kind } = infer(index, check);
  if (kind !== undefined && kind !== 'number' && kind !== 'string') {
    return `an index is a number or a string, not ${withArticle(kind)}`;
  }
  // A whole number or a string that is a literal makes a static step: this one leads nowhere.
  if (index.kind === 'literal') return `there is no item ${index.value}: items are numbered 0, 1, 2, …`;
  if (of.kind === undefined) return {};
  if (of.kind !== 'list' && of.kind !== 'object') return `${withArticle(of.kind)} has no fields or items`;
  if (kind === (of.kind === 'list' ? 'string' : 'number')) {
    return of.kind === 'list'
      ? 'an item of a list has a number, not a string'
      : 'a field of an object has a name, not a number';
  }
  return of.kind === 'list' ? knownFrom(anyItem(of.schema)) : {};
}

function inferCompare({ op, left, right, column }: CompareExpr, check: Check): Known {
  const problem = wrongPair(op, infer(left, check).kind, infer(right, check).kind);
  if (problem !== undefined) check.report(column, problem);
  return BOOLEAN;
}

function inferChoose(expr: ChooseExpr, check: Check): Known {
  demand(expr.test, ['boolean'], '"? :"', check);
  const [yes, no] = [infer(expr.yes, check), infer(expr.no, check)];
  return yes.kind !== undefined && yes.kind === no.kind ? { kind: yes.kind } : {};
}

function inferArithmetic({ op, left, right, column }: ArithmeticExpr, check: Check): Known {
  demand(left, ['number'], `"${op}"`, check);
  demand(right, ['number'], `"${op}"`, check);
  const byZero = right.kind === 'literal' && right.value === 0 && (op === '/' || op === '%');
  if (byZero) check.report(column, 'division by zero');
  return NUMBER;
}

function inferCall({ name, args }: CallExpr, check: Check): Known {
  const list: readonly Kind[] = args.length === 1 ? ['list'] : [];
  const kinds: readonly Kind[] = name === 'len' ? ['string', 'list', 'object'] : ['number'];
  const spread = name === 'min' || name === 'max';
  for (const arg of args) demand(arg, spread ? [...kinds, ...list] : kinds, name, check);
  return NUMBER;
}
