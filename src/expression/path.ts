import type { Json } from '../value/json.js';
import type { Expr, NameExpr, ReadExpr, StaticStep, Step } from './ast.js';
import { describe, isList, isObject } from './kind.js';

/** A way into a value; a name alone is one without steps. */
export interface Path {
  readonly of: Expr;
  readonly steps: readonly Step[];
}

export function pathOf(expr: NameExpr | ReadExpr): Path {
  return expr.kind === 'name' ? { of: expr, steps: [] } : expr;
}

/** The path of an expression that is one and starts at a name. */
export function namedPath(expr: Expr): { readonly of: NameExpr; readonly steps: readonly Step[] } | undefined {
  if (expr.kind === 'name') return { of: expr, steps: [] };
  return expr.kind === 'read' && expr.of.kind === 'name' ? { of: expr.of, steps: expr.steps } : undefined;
}

/** The steps in front of the first index that is only known during a run. */
export function staticSteps(steps: readonly Step[]): readonly StaticStep[] {
  const known: StaticStep[] = [];
  for (const step of steps) {
    if (step.kind === 'index') break;
    known.push(step);
  }
  return known;
}

export function keyOf(step: StaticStep): string | number {
  return step.kind === 'field' ? step.name : step.index;
}

/** Own fields of objects and items of lists, nothing else: no `length`, no prototype. `undefined`: it is not there. */
export function stepInto(value: Json, key: Json): Json | undefined {
  if (typeof key === 'string') return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  if (typeof key !== 'number' || !isList(value) || !Number.isInteger(key) || key < 0) return undefined;
  return key < value.length ? value[key] : undefined;
}

/** Why `stepInto` found nothing. `path` is the text of what `value` was read from. */
export function whyMissing(path: string, value: Json, key: Json): string {
  if (typeof key !== 'string' && typeof key !== 'number') {
    return `an index is a number or a string, not ${describe(key)}`;
  }
  if (typeof key === 'number') return `${path} is ${describe(value)} and has no item ${key}`;
  const hint = key === 'length' ? `; use len(${path})` : '';
  return `${path}${isObject(value) ? '' : ` is ${describe(value)} and`} has no field ${JSON.stringify(key)}${hint}`;
}

/** A path as it would be written; `[…]` for what is only known during a run. */
export function pathText(of: Expr, steps: readonly Step[]): string {
  return (of.kind === 'name' ? of.name : '(…)') + steps.map(stepText).join('');
}

function stepText(step: Step): string {
  if (step.kind === 'index') return '[…]';
  if (step.kind === 'item') return `[${step.index}]`;
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(step.name) ? `.${step.name}` : `[${JSON.stringify(step.name)}]`;
}
