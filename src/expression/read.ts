import type { Json } from '../value/json.js';
import type { Expr, HasExpr, NameExpr, ReadExpr, StaticStep } from './ast.js';
import type { Context } from './context.js';
import type { Operand } from './evaluate.js';
import { Halt, failed } from './halt.js';
import { type Path, keyOf, namedPath, pathOf, pathText, staticSteps, stepInto, whyMissing } from './path.js';
import { type PeekAsk, peekKey } from './peek-key.js';

type Peek = Extract<Operand, { kind: 'peek' }>;

/** The value of a name, or at the end of a path. Of a value that is not inline, the static beginning must be peeked. */
export function readPath(expr: NameExpr | ReadExpr, context: Context): Json {
  const path = pathOf(expr);
  context.burn(path.steps.length, expr.column);
  const start = startOf(path, context);
  let { value } = start;
  for (let at = start.at; at < path.steps.length; at += 1) value = takeStep(path, at, value, context);
  return value;
}

/** Whether a path leads to something: an absent name, or a field or item that is missing on the way, makes it false. */
export function isThere(expr: HasExpr, context: Context): boolean {
  const peek = staticPeek(expr.of, context);
  if (peek) return peek.steps.length === 0 || takePeek(peek.operand, expr.of, peek.steps, 'has') === true;
  try {
    readPath(expr.of, context);
    return true;
  } catch (error) {
    if (error instanceof Halt && error.missing) return false;
    throw error;
  }
}

/** The length of what is not inline, as it was peeked: null if it has none; undefined if there is a value to ask. */
export function peekedLength(expr: Expr, context: Context): Json | undefined {
  const peek = staticPeek(expr, context);
  return peek && takePeek(peek.operand, expr, peek.steps, 'len');
}

/** The operand and steps of a path that starts at a value that is not inline, and is known before the run. */
function staticPeek(expr: Expr, context: Context): { operand: Peek; steps: readonly StaticStep[] } | undefined {
  const path = namedPath(expr);
  const steps = staticSteps(path?.steps ?? []);
  if (!path || steps.length < path.steps.length) return undefined;
  const operand = context.lookup(path.of.name);
  return operand.kind === 'peek' ? { operand, steps } : undefined;
}

/** Where reading begins: a value, and how many steps of the path lead to it. */
function startOf(path: Path, context: Context): { readonly value: Json; readonly at: number } {
  if (path.of.kind !== 'name') return { value: context.valueOf(path.of), at: 0 };
  const operand = context.lookup(path.of.name);
  if (operand.kind === 'absent') throw new Halt({ kind: 'absent', name: path.of.name }, true);
  if (operand.kind === 'value') return { value: operand.value, at: 0 };
  const known = staticSteps(path.steps);
  return { value: takePeek(operand, path.of, known, 'value'), at: known.length };
}

function takePeek(operand: Peek, expr: Expr, steps: readonly StaticStep[], ask: PeekAsk): Json {
  const value = ownValue(operand, peekKey(steps, ask));
  if (value !== undefined) return value;
  const of = expr.kind === 'read' ? expr.of : expr;
  const { column } = steps.at(-1) ?? expr;
  const text = pathText(of, steps);
  if (ownValue(operand, peekKey(steps, 'has')) === false) throw missing(column, `${text} is not there`);
  throw failed(column, `${text} is larger than 1 KiB, too large to be read by a condition`);
}

function ownValue({ peek }: Peek, key: string): Json | undefined {
  return Object.hasOwn(peek, key) ? peek[key] : undefined;
}

function takeStep(path: Path, at: number, value: Json, context: Context): Json {
  const step = path.steps[at];
  if (!step) return value;
  const key = step.kind === 'index' ? context.valueOf(step.index) : keyOf(step);
  const next = stepInto(value, key);
  if (next === undefined)
    throw missing(step.column, whyMissing(pathText(path.of, path.steps.slice(0, at)), value, key));
  return next;
}

function missing(column: number, message: string): Halt {
  return new Halt({ kind: 'error', message, column }, true);
}
