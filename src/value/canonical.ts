import type { Json } from './json.js';

/**
 * The canonical JSON of a value (RFC 8785): no spaces, keys in the order of their UTF-16 code units, numbers as ECMAScript
 * prints them. Equal values give equal text. Throws `TypeError` for what is not JSON; cyclic data never ends (`checkJson`
 * finds both). A lone surrogate, which the RFC refuses, is written as its escape.
 *
 * Our own and not the package `canonicalize`: workflow code uses it too and takes no package into its sandbox, and that
 * one recurses, so it overflows on a value some thousand levels deep.
 */
export function canonicalJson(value: Json): string {
  const open: Open[] = [];
  return goOn(begin(value, open), open, new Map(), Infinity);
}

/** The same text in pieces of at least `length` characters (the last may have fewer), each made when it is asked for. */
export function* canonicalPieces(value: Json, length: number): Generator<string, void> {
  const open: Open[] = [];
  const names = new Map<string, string>();
  let text = begin(value, open);
  do {
    yield goOn(text, open, names, length);
    text = '';
  } while (open.length > 0);
}

/** Longer texts are taken in parts, so that they are not copied whole. */
const PART = 65_536;

/** `text` and what comes after it: to the end, or until there are `enough` characters. What is then still `open` comes next. */
function goOn(text: string, open: Open[], names: Map<string, string>, enough: number): string {
  for (let top = open.at(-1); top !== undefined && text.length < enough; top = open.at(-1)) {
    const { node, keys, next, end } = top;
    if (next === top.length) {
      text += end;
      open.pop();
      continue;
    }
    top.next += 1;
    if (end === '"') {
      text += partText(node[next] as string);
      continue;
    }
    if (next > 0) text += ',';
    if (keys === undefined) {
      text += begin(node[next], open);
    } else {
      const key = keys[next] as string;
      text += nameText(key, names);
      text += begin(node[key], open);
    }
  }
  return text;
}

/** A list, an object or a long text (as a list of its parts) that has been begun but not ended; `keys` in an object only. */
interface Open {
  readonly node: { readonly [key: string | number]: Json };
  readonly keys: readonly string[] | undefined;
  readonly length: number;
  readonly end: ']' | '}' | '"';
  next: number;
}

/** The text of a scalar, or the opening of a container, which is then pushed onto `open`. */
function begin(value: Json | undefined, open: Open[]): string {
  if (typeof value === 'string') return value.length > PART ? beginText(value, open) : jsonText(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'object') throw new TypeError(`not a JSON value: ${String(value)}`);
  const node = value as Open['node'];
  const keys = Array.isArray(value) ? undefined : sorted(Object.keys(value));
  if (keys === undefined) open.push({ node, keys, length: (value as readonly Json[]).length, end: ']', next: 0 });
  else open.push({ node, keys, length: keys.length, end: '}', next: 0 });
  return keys === undefined ? '[' : '{';
}

/** Of a long text no second copy is made: its parts are escaped one by one. A surrogate pair stays in one part. */
function beginText(text: string, open: Open[]): string {
  const node: Record<number | string, string> = {};
  let length = 0;
  for (let at = 0; at < text.length; length += 1) {
    const last = text.charCodeAt(at + PART - 1);
    const end = at + (last >= 0xd800 && last <= 0xdbff ? PART - 1 : PART);
    node[length] = text.slice(at, end);
    at = end;
  }
  open.push({ node, keys: undefined, length, end: '"', next: 0 });
  return '"';
}

/** Sorts in place. Most objects have few keys, and on those an insertion sort takes half the time of `sort`. */
function sorted(keys: string[]): string[] {
  if (keys.length > 20) return keys.sort();
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i] as string;
    let at = i;
    for (; at > 0 && (keys[at - 1] as string) > key; at -= 1) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
}

/** `"key":`, remembered, as the same few keys come again and again in a list of objects. */
function nameText(key: string, names: Map<string, string>): string {
  let text = names.get(key);
  if (text === undefined) {
    text = jsonText(key) + ':';
    names.set(key, text);
  }
  return text;
}

const NEEDS_ESCAPE = /["\\\p{Cc}\p{Cs}]/u;
/** `JSON.stringify` is right for every string; for short plain ones the test is quicker. */
const jsonText = (text: string): string => (NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`);
const partText = (text: string): string => (NEEDS_ESCAPE.test(text) ? JSON.stringify(text).slice(1, -1) : text);
