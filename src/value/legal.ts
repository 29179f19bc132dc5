import { pointer } from './pointer.js';

/** A place in a value that JSON can't carry; `path` is the JSON pointer to it. */
export interface JsonProblem {
  readonly path: string;
  readonly message: string;
}

/** The most problems that `checkJson` reports of one value. */
const MAX_PROBLEMS = 20;
/** The most levels of lists and objects a value may have (engine.md §6). */
const MAX_DEPTH = 1000;

/**
 * Every place of a value that would not come back from JSON as it went (engine.md §6), the first 20; none if it is legal.
 * Shared parts and lone surrogates are legal, -0 counts as 0, what is not enumerable is not seen. Runs no getter and never
 * recurses; O(size).
 */
export function checkJson(value: unknown): JsonProblem[] {
  const walk: Walk = { problems: [], open: [], heights: new Map() };
  visit(value, walk);
  for (let top = walk.open.at(-1); top !== undefined && walk.problems.length < MAX_PROBLEMS; top = walk.open.at(-1)) {
    const key = top.keys[top.next];
    if (key === undefined) {
      leave(walk, top);
      continue;
    }
    top.next += 1;
    const property = Object.getOwnPropertyDescriptor(top.node, key);
    if (property === undefined) continue;
    if (property.get ?? property.set) report(walk, 'expected a plain property, got an accessor (getter or setter)');
    else if (key === '__proto__') report(walk, 'the key "__proto__" is not allowed');
    else visit(property.value, walk);
  }
  return walk.problems;
}

/** A list or an object being walked; the key before `next` is where the walk is. `height`: levels below and including it. */
interface Open {
  readonly node: object;
  readonly keys: readonly string[];
  next: number;
  height: number;
}
interface Walk {
  readonly problems: JsonProblem[];
  readonly open: Open[];
  /** What was entered: 0 while it is open, then its height, so that a shared part is walked once. */
  readonly heights: Map<object, number>;
}

function report(walk: Walk, message: string): void {
  if (walk.problems.length === MAX_PROBLEMS) return;
  walk.problems.push({ path: pointer(walk.open.map(open => open.keys[open.next - 1] as string)), message });
}

function visit(value: unknown, walk: Walk): void {
  const problem = typeof value === 'object' ? undefined : scalarProblem(value);
  if (problem !== undefined) report(walk, problem);
  else if (typeof value === 'object' && value !== null) enter(value, walk);
}

function enter(node: object, walk: Walk): void {
  const height = walk.heights.get(node);
  if (height === 0) return report(walk, 'expected a tree, got cyclic data: a value that contains itself');
  if (walk.open.length + (height ?? 1) > MAX_DEPTH) return report(walk, `too deep: more than ${MAX_DEPTH} levels`);
  if (height !== undefined) return grow(walk.open.at(-1), height);
  if (!isPlain(node)) return report(walk, `expected JSON, got ${instanceOf(node)}`);
  const symbol = Object.getOwnPropertySymbols(node).find(key => Object.prototype.propertyIsEnumerable.call(node, key));
  if (symbol !== undefined) report(walk, `expected text as key, got ${String(symbol)}`);
  const keys = Object.keys(node);
  if (Array.isArray(node)) reportListKeys(keys, node.length, walk);
  walk.heights.set(node, 0);
  walk.open.push({ node, keys, next: 0, height: 1 });
}

function leave(walk: Walk, ended: Open): void {
  walk.open.pop();
  walk.heights.set(ended.node, ended.height);
  grow(walk.open.at(-1), ended.height);
}

function grow(parent: Open | undefined, height: number): void {
  if (parent !== undefined) parent.height = Math.max(parent.height, height + 1);
}

/** What keeps a value that is no list and no object from being JSON; undefined if nothing does. */
export function scalarProblem(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'bigint') return `expected JSON, got the bigint ${value}n (give it as text)`;
  if (typeof value === 'function') return `expected JSON, got a function${value.name === '' ? '' : ` (${value.name})`}`;
  if (typeof value !== 'number' || !Number.isFinite(value)) return `expected JSON, got ${String(value)}`;
  // From 1e21 on JSON writes an exponent: nobody takes that for a number whose digits all count.
  if (!Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21) return undefined;
  return `expected an integer within ±${Number.MAX_SAFE_INTEGER} (beyond, digits are lost), got ${value}`;
}

/** Keys of a list: indices in order, then others. So a hole shows where the n-th key is not n. */
function reportListKeys(keys: readonly string[], length: number, walk: Walk): void {
  const hole = keys.findIndex((key, index) => key !== String(index));
  const first = hole < 0 ? keys.length : hole;
  if (first < length) report(walk, `expected a list without holes, got one without index ${first}`);
  else if (first < keys.length) report(walk, `expected a list, got one with the key ${JSON.stringify(keys[first])}`);
}

/** A list or an object of no class, of this realm or another (a `vm` context has an `Object` of its own). */
function isPlain(node: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(node);
  if (Array.isArray(node)) return prototype === Array.prototype || Array.isArray(prototype);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && className(prototype) === 'Object';
}

function className(prototype: unknown): string {
  const constructor: unknown = (prototype as { readonly constructor?: unknown }).constructor;
  return typeof constructor === 'function' ? constructor.name : '';
}

const HINTS: Readonly<Record<string, string>> = {
  Date: 'give its toISOString()',
  Map: 'give Object.fromEntries(map)',
  Set: 'give [...set]',
  Error: 'give its message',
  Buffer: 'give its base64 text',
  Uint8Array: 'give its base64 text',
  Promise: 'await it',
};

function instanceOf(node: object): string {
  const name = className(Object.getPrototypeOf(node));
  const hint = Object.hasOwn(HINTS, name) ? ` (${HINTS[name]}, or a codec)` : '';
  return name === '' ? 'an object with a prototype of its own' : `an instance of ${name}${hint}`;
}
