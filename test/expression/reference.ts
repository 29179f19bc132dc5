import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../src/value/json.js';
import type { Tree } from './random-tree.js';
import type { Names } from './random-values.js';

/** How a tree ends that has no value: `missing` is an error that `has` forgives. */
class End extends Error {
  constructor(readonly kind: 'absent' | 'missing' | 'error') {
    super();
  }
}

export type Outcome = { readonly kind: 'value'; readonly value: Json } | { readonly kind: 'absent' | 'error' };

/** What a tree means, written a second time and as plainly as can be: no fuel, no columns, no care for size. */
export function reference(tree: Tree, names: Names): Outcome {
  try {
    return { kind: 'value', value: worth(tree, names) };
  } catch (end) {
    if (!(end instanceof End)) throw end;
    return { kind: end.kind === 'absent' ? 'absent' : 'error' };
  }
}

function worth(tree: Tree, names: Names): Json {
  const of = (inner: Tree): Json => worth(inner, names);
  switch (tree.kind) {
    case 'lit':
      return tree.value;
    case 'name':
      return names[tree.name] ?? (tree.name in names ? null : fail('absent'));
    case 'list':
      return tree.of.map(of);
    case 'at':
      return part(of(tree.of), of(tree.key));
    case 'not':
      return !must('boolean', of(tree.of));
    case 'neg':
      return 0 - must('number', of(tree.of));
    case 'if':
      return must('boolean', of(tree.test)) ? of(tree.a) : of(tree.b);
    case 'call':
      return tree.name === 'has' ? there(tree.of[0], names) : called(tree.name, tree.of.map(of));
    case 'binary':
      return infix(tree.op, of(tree.a), () => of(tree.b));
  }
}

function fail(kind: End['kind']): never {
  throw new End(kind);
}

interface Sorts {
  readonly boolean: boolean;
  readonly number: number;
  readonly string: string;
}

function must<S extends keyof Sorts>(sort: S, value: Json): Sorts[S] {
  // oxlint-disable-next-line valid-typeof -- the sorts are names of types
  return typeof value === sort ? (value as Sorts[S]) : fail('error');
}

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function part(value: Json, key: Json): Json {
  const fits = typeof key === 'string' ? isObject(value) : typeof key === 'number' && Array.isArray(value);
  const found = fits ? new Map(Object.entries(value as Readonly<Record<string, Json>>)).get(String(key)) : undefined;
  return found === undefined ? fail('missing') : found;
}

function there(path: Tree | undefined, names: Names): boolean {
  try {
    return path !== undefined && worth(path, names) !== undefined;
  } catch (end) {
    if (end instanceof End && end.kind !== 'error') return false;
    throw end;
  }
}

function called(name: string, args: readonly Json[]): Json {
  const [first = null] = args;
  if (name === 'abs') return Math.abs(must('number', first));
  if (name === 'len') {
    if (typeof first === 'string') return [...first].length;
    return first === null || typeof first !== 'object' ? fail('error') : Object.keys(first).length;
  }
  const numbers = (args.length === 1 && Array.isArray(first) ? (first as readonly Json[]) : args).map(item =>
    must('number', item),
  );
  if (numbers.length === 0) return fail('error');
  return name === 'min' ? Math.min(...numbers) : Math.max(...numbers);
}

function infix(op: string, a: Json, right: () => Json): Json {
  if (op === 'and') return must('boolean', a) && must('boolean', right());
  if (op === 'or') return must('boolean', a) || must('boolean', right());
  const b = right();
  if (op === '==') return same(a, b);
  if (op === '!=') return !same(a, b);
  if (op === 'in') return inside(a, b);
  if (['<', '<=', '>', '>='].includes(op)) return ordered(op, a, b);
  return calculated(op, must('number', a), must('number', b));
}

function same(a: Json, b: Json): boolean {
  return isDeepStrictEqual(positive(a), positive(b));
}

/** Without -0, which `isDeepStrictEqual` tells from 0. */
function positive(value: Json): unknown {
  return JSON.parse(JSON.stringify(value));
}

function inside(a: Json, b: Json): boolean {
  if (Array.isArray(b)) return b.some((item: Json) => same(a, item));
  if (isObject(b)) return Object.keys(b).includes(must('string', a));
  return must('string', b).split(must('string', a)).length > 1 || a === '';
}

function ordered(op: string, a: Json, b: Json): boolean {
  const order = typeof a === 'number' ? a - must('number', b) : points(must('string', a), must('string', b));
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[op] ?? fail('error');
}

function points(a: string, b: string): number {
  const [x, y] = [[...a], [...b]].map(text => text.map(char => (char.codePointAt(0) ?? 0) + 1));
  for (let at = 0; ; at += 1) {
    const [left = 0, right = 0] = [x?.[at], y?.[at]];
    if (left !== right || left === 0) return left - right;
  }
}

function calculated(op: string, a: number, b: number): number {
  const results: Readonly<Record<string, number>> = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b };
  const result = results[op] ?? NaN;
  return Number.isFinite(result) ? result + 0 : fail('error');
}
