import type { Json } from '../value/json.js';
import { scalarProblem } from '../value/legal.js';

/** The most levels of lists and objects that a document may have. */
export const MAX_DEPTH = 500;
/** The most values in a document, which also keeps parts that are shared over and over from multiplying. */
export const MAX_VALUES = 4_194_304;

/** What a caller gave, as plain JSON of our own. */
export interface OwnCopy {
  readonly value: Json;
  /** Something was not JSON, and is null or a key left out; `checkJson` tells what. */
  readonly incomplete: boolean;
  /** The copy ended where one of the limits was passed. */
  readonly passed: 'depth' | 'values' | undefined;
}

/** Copies what is JSON in `value`, so that nothing is shared with the caller. Goes `MAX_DEPTH` levels down at most. */
export function ownCopy(value: unknown): OwnCopy {
  const state: State = { left: MAX_VALUES, incomplete: false, passed: undefined };
  return { value: copy(value, 0, state), incomplete: state.incomplete, passed: state.passed };
}

interface State {
  /** How many values there may still be. */
  left: number;
  incomplete: boolean;
  passed: OwnCopy['passed'];
}

function copy(value: unknown, depth: number, state: State): Json {
  if (value === null) return null;
  // Also of -0: JSON has one zero.
  if (value === 0) return 0;
  if (typeof value !== 'object') return scalarProblem(value) === undefined ? (value as Json) : omit(state);
  if (depth === MAX_DEPTH) state.passed ??= 'depth';
  if (state.passed !== undefined) return null;
  if (Array.isArray(value)) return copyList(value, depth, state);
  return isPlain(value) ? copyObject(value, depth, state) : omit(state);
}

function omit(state: State): null {
  state.incomplete = true;
  return null;
}

function spend(state: State, values: number): void {
  state.left -= values;
  if (state.left < 0) state.passed ??= 'values';
}

function copyList(list: readonly unknown[], depth: number, state: State): Json[] {
  spend(state, list.length);
  const copied: Json[] = [];
  // Not by `map`, which keeps holes, and would go on beyond the limits.
  for (let index = 0; index < list.length && state.passed === undefined; index += 1) {
    copied.push(copy(list[index], depth + 1, state));
  }
  return copied;
}

function copyObject(object: Readonly<Record<string, unknown>>, depth: number, state: State): Json {
  const copied: Record<string, Json> = {};
  // Nothing is inherited by a plain object, and `for … in` takes two thirds of the time of Object.keys.
  for (const key in object) {
    spend(state, 1);
    if (state.passed !== undefined) break;
    if (key === '__proto__') omit(state);
    else copied[key] = copy(object[key], depth + 1, state);
  }
  return copied;
}

/** An object of no class, of this realm or another (a `vm` context has an `Object` of its own). */
function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
