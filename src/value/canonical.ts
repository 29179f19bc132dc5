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
  const names = new Map<string, string>();
  let text = begin(value, open);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const { node, keys, next } = top;
    if (next === top.length) {
      text += keys === undefined ? ']' : '}';
      open.pop();
      continue;
    }
    top.next += 1;
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

/** A list or an object that has been begun but not ended; `keys` in an object only. */
interface Open {
  readonly node: { readonly [key: string | number]: Json };
  readonly keys: readonly string[] | undefined;
  readonly length: number;
  next: number;
}

/** The text of a scalar, or the opening bracket of a container, which is then pushed onto `open`. */
function begin(value: Json | undefined, open: Open[]): string {
  if (typeof value === 'string') return jsonText(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'object') throw new TypeError(`not a JSON value: ${String(value)}`);
  const node = value as Open['node'];
  const keys = Array.isArray(value) ? undefined : sorted(Object.keys(value));
  open.push({ node, keys, length: keys === undefined ? (value as readonly Json[]).length : keys.length, next: 0 });
  return keys === undefined ? '[' : '{';
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
