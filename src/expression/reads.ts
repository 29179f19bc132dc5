import type { Json } from '../value/json.js';
import { type Expr, childrenOf } from './ast.js';
import { lengthOf } from './length.js';
import { namedPath, staticSteps, stepInto } from './path.js';
import { type PeekAsk, parsePeekKey, peekKey } from './peek-key.js';

/**
 * What an expression needs to know of each name it mentions, should that name's value not be inline: peek keys (see
 * `peek-key.ts`). A name of which only its presence matters has none. `/a#has` beside `/a` tells a missing part from
 * one too large to be peeked.
 */
export function peeksOf(ast: Expr): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  collect(ast, found);
  return new Map([...found].map(([name, keys]) => [name, [...keys]]));
}

/**
 * The part of a value that a peek key names; with `#has` a boolean, always found; with `#len` a number, or null where
 * there is something without a length. Leave out of a peek what is not found or too large.
 */
export function peekAt(value: Json, key: string): { found: true; value: Json } | { found: false } {
  const parsed = parsePeekKey(key);
  if (!parsed) return { found: false };
  let part: Json | undefined = value;
  for (const step of parsed.path) part = part === undefined ? undefined : stepInto(part, step);
  if (parsed.ask === 'has') return { found: true, value: part !== undefined };
  if (part === undefined) return { found: false };
  return { found: true, value: parsed.ask === 'len' ? (lengthOf(part) ?? null) : part };
}

function collect(expr: Expr, found: Map<string, Set<string>>): void {
  if (expr.kind === 'has') ask(expr.of, 'has', found);
  else if (expr.kind === 'call' && expr.name === 'len') for (const arg of expr.args) ask(arg, 'len', found);
  else if (expr.kind === 'name' || expr.kind === 'read') ask(expr, 'value', found);
  else for (const child of childrenOf(expr)) collect(child, found);
}

function ask(expr: Expr, what: PeekAsk, found: Map<string, Set<string>>): void {
  const path = namedPath(expr);
  if (!path) {
    // No name at its start, so no read of its own: `(a ? b : c).d`, or `len([a])`.
    const inside = expr.kind === 'read' ? childrenOf(expr) : [expr];
    for (const child of inside) collect(child, found);
    return;
  }
  const known = staticSteps(path.steps);
  const whole = known.length === path.steps.length;
  const keys = found.get(path.of.name) ?? new Set();
  found.set(path.of.name, keys);
  if (!whole || what !== 'has') keys.add(peekKey(known, whole ? what : 'value'));
  if (known.length > 0) keys.add(peekKey(known, 'has'));
  for (const step of path.steps) if (step.kind === 'index') collect(step.index, found);
}
