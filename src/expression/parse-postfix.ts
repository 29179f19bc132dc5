import { nearest } from '../schema/nearest.js';
import type { Expr, FunctionName, LiteralExpr, Step } from './ast.js';
import type { Cursor } from './cursor.js';
import { Unreadable } from './issue.js';
import type { Token } from './tokenize.js';

/** Reads any expression; the one that stands in brackets here. */
type ParseInner = (cursor: Cursor) => Expr;

const CONSTANTS: ReadonlyMap<string, LiteralExpr['value']> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['null', null],
  ['None', null],
]);
const OPERATOR_WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in']);
/** The least and the most arguments. */
const ARITY: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['len', [1, 1]],
  ['min', [1, Infinity]],
  ['max', [1, Infinity]],
  ['abs', [1, 1]],
  ['has', [1, 1]],
]);

/** Reads an operand and the fields and indexes behind it. */
export function parsePostfix(cursor: Cursor, inner: ParseInner): Expr {
  const of = parseOperand(cursor, inner);
  const steps = parseSteps(cursor, inner);
  if (cursor.at('(')) {
    throw new Unreadable(cursor.token.column, `only functions can be called: ${[...ARITY.keys()].join(', ')}`);
  }
  if (steps.length === 0) return of;
  if (of.kind === 'read') return { ...of, steps: [...of.steps, ...steps] };
  return { kind: 'read', of, steps, column: of.column };
}

function parseSteps(cursor: Cursor, inner: ParseInner): readonly Step[] {
  const steps: Step[] = [];
  for (let sign = cursor.take('.', '['); sign; sign = cursor.take('.', '[')) {
    steps.push(sign.text === '.' ? parseField(cursor, sign.column) : parseIndex(cursor, sign.column, inner));
  }
  return steps;
}

// Behind a dot every word is a field: an object may well have a field `in` or `max`.
function parseField(cursor: Cursor, column: number): Step {
  if (cursor.token.kind !== 'word') throw cursor.unexpected('the name of a field');
  return { kind: 'field', name: cursor.advance().text, column };
}

function parseIndex(cursor: Cursor, column: number, inner: ParseInner): Step {
  const index = cursor.nested(() => inner(cursor));
  cursor.expect(']');
  if (index.kind !== 'literal') return { kind: 'index', index, column };
  const { value } = index;
  if (typeof value === 'string') return { kind: 'field', name: value, column };
  if (Number.isSafeInteger(value) && Number(value) >= 0) return { kind: 'item', index: Number(value), column };
  return { kind: 'index', index, column };
}

function parseOperand(cursor: Cursor, inner: ParseInner): Expr {
  const { token } = cursor;
  const { column } = token;
  if (token.kind === 'literal') {
    cursor.advance();
    return { kind: 'literal', value: token.value, column };
  }
  if (token.kind === 'word') return parseWord(cursor, inner);
  if (cursor.take('(')) {
    const expr = cursor.nested(() => inner(cursor));
    cursor.expect(')');
    return expr;
  }
  if (cursor.take('[')) return { kind: 'list', items: parseItems(cursor, ']', inner), column };
  throw cursor.unexpected('a value');
}

function parseWord(cursor: Cursor, inner: ParseInner): Expr {
  const { text, column } = cursor.token;
  if (text === 'not') throw new Unreadable(column, 'put "not …" in parentheses here');
  if (OPERATOR_WORDS.has(text)) throw cursor.unexpected('a value');
  const name = cursor.advance();
  const value = CONSTANTS.get(text);
  if (value !== undefined) return { kind: 'literal', value, column };
  return cursor.take('(') ? parseCall(cursor, name, inner) : { kind: 'name', name: text, column };
}

/** Reads up to and over the closing bracket. */
function parseItems(cursor: Cursor, close: string, inner: ParseInner): readonly Expr[] {
  const items: Expr[] = [];
  if (cursor.take(close)) return items;
  do items.push(cursor.nested(() => inner(cursor)));
  while (cursor.take(','));
  if (!cursor.take(close)) throw cursor.unexpected(`"," or "${close}"`);
  return items;
}

function parseCall(cursor: Cursor, { text, column }: Token, inner: ParseInner): Expr {
  const args = parseItems(cursor, ')', inner);
  const problem = wrongCall(text, args);
  if (problem !== undefined) cursor.issues.push({ column, message: problem });
  const [path] = args;
  if (text === 'has' && path && isPath(path)) return { kind: 'has', of: path, column };
  // A wrong name is an issue by now, and a tree with issues is not given out.
  return { kind: 'call', name: text as FunctionName, args, column };
}

function wrongCall(name: string, args: readonly Expr[]): string | undefined {
  const arity = ARITY.get(name);
  if (!arity) {
    const guess = nearest(name, ARITY.keys());
    const hint = guess === undefined ? `there are ${[...ARITY.keys()].join(', ')}` : `did you mean "${guess}"?`;
    return `there is no function "${name}"; ${hint}`;
  }
  const [least, most] = arity;
  if (args.length < least || args.length > most) {
    return `${name} takes ${least === most ? 'one argument' : 'one argument or more'}, not ${args.length}`;
  }
  if (name === 'has' && !args.every(isPath)) return 'has takes a path like order.lines[0], that starts at a name';
  return undefined;
}

function isPath(expr: Expr): expr is Extract<Expr, { kind: 'name' | 'read' }> {
  return expr.kind === 'name' || (expr.kind === 'read' && expr.of.kind === 'name');
}
