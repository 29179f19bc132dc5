import { isFlat, isList, type FlatValue, type Leaf, type ListValue, type Value } from './value.js';

/** What `foldValue` computes of each kind of value, given the results of its parts. */
export interface ValueFold<T> {
  leaf(value: Leaf): T;
  list(parts: readonly T[], value: ListValue): T;
  flat(of: T, value: FlatValue): T;
}

/** Results by value. A `WeakMap` keeps them across calls, which is sound because values never change. */
export interface FoldMemo<T> {
  get(value: Value): { readonly result: T } | undefined;
  set(value: Value, done: { readonly result: T }): unknown;
}

/** Computes something of a value from its parts up: without recursion, as lists nest as deep as a graph is long, and each part once. */
export function foldValue<T>(value: Value, fold: ValueFold<T>, memo: FoldMemo<T> = new Map()): T {
  const open: Value[] = [value];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const before = open.length;
    if (memo.get(top) === undefined) {
      for (const part of partsOf(top)) if (memo.get(part) === undefined) open.push(part);
      if (open.length === before) memo.set(top, { result: resultOf(top, fold, memo) });
    }
    if (open.length === before) open.pop();
  }
  return known(value, memo);
}

const NO_PARTS: readonly Value[] = [];
function partsOf(value: Value): readonly Value[] {
  if (isList(value)) return value.list;
  return isFlat(value) ? [value.flat] : NO_PARTS;
}

function resultOf<T>(value: Value, fold: ValueFold<T>, memo: FoldMemo<T>): T {
  if (isList(value)) {
    const parts = value.list.map(part => known(part, memo));
    return fold.list(parts, value);
  }
  return isFlat(value) ? fold.flat(known(value.flat, memo), value) : fold.leaf(value);
}

function known<T>(value: Value, memo: FoldMemo<T>): T {
  const done = memo.get(value);
  if (done === undefined) throw new Error('a part of a value was not computed before the value');
  return done.result;
}
