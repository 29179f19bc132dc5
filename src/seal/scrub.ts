import { isNativeError } from 'node:util/types';
import { formsOf } from './secret-forms.js';

/** Knows the secrets of one attempt of a step, and finds them in what it says. */
export interface Scrub {
  /** With `[context NAME]` in the place of every secret. */
  text(text: string): string;
  /** A copy of whatever a step throws or logs, its texts scrubbed; what has no text that can be read is named. */
  value(value: unknown): unknown;
  /** The name of a secret that stands in a value, in texts or keys of any depth. */
  find(value: unknown): string | undefined;
}

/** By name, as often as one has several; texts in them at any depth count. Undefined if there are none. */
export function createScrub(secrets: readonly (readonly [name: string, value: unknown])[]): Scrub | undefined {
  const names = new Map<string, string>();
  for (const [name, value] of secrets) {
    for (const text of textsIn(value)) for (const form of formsOf(text)) if (!names.has(form)) names.set(form, name);
  }
  if (names.size === 0) return undefined;
  // Of forms that begin alike the longest is meant.
  const forms = [...names.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(forms.join('|'), 'g');
  const text = (given: string): string => given.replace(pattern, form => `[context ${names.get(form)}]`);
  return {
    text,
    value: value => copy(value, text, new Map()),
    find(value) {
      for (const [, part] of partsOf(value)) {
        const [form] = typeof part === 'string' ? (part.match(pattern) ?? []) : [];
        if (form !== undefined) return names.get(form);
      }
      return undefined;
    },
  };
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

function* textsIn(value: unknown): Generator<string> {
  for (const [kind, part] of partsOf(value)) if (kind === 'value' && typeof part === 'string') yield part;
}

/** A value, and all that is in it; no recursion, since steps give what they like. */
function* partsOf(value: unknown): Generator<readonly [kind: 'key' | 'value', part: unknown]> {
  const open: unknown[] = [value];
  const seen = new Set<unknown>();
  while (open.length > 0) {
    const part = open.pop();
    yield ['value', part];
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part) || seen.has(part)) continue;
    seen.add(part);
    for (const [key, inner] of entriesOf(part)) {
      yield ['key', key];
      open.push(inner);
    }
  }
}

/** What is deeper, or more, is of no use to a reader. */
const DEEPEST = 200;
const MOST_PARTS = 10_000;

function copy(value: unknown, text: Scrub['text'], made: Map<object, unknown>, depth = 0): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'function' || typeof value === 'symbol') return text(String(value));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (made.has(value)) return made.get(value);
  if (depth > DEEPEST || made.size > MOST_PARTS) return '[too much]';
  const empty = Array.isArray(value) ? [] : isError(value) ? new Error() : {};
  made.set(value, empty);
  for (const [key, part] of entriesOf(value)) {
    const enumerable = !(isError(value) && HIDDEN.has(key));
    const property = { value: copy(part, text, made, depth + 1), enumerable, configurable: true, writable: true };
    Object.defineProperty(empty, text(key), property);
  }
  return empty;
}

/** Also of another realm. */
const isError = (value: unknown): boolean => value instanceof Error || isNativeError(value);
const HIDDEN: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/**
 * What can be told of an object: its own keys, what an error hides, and what a map or a set has in it. A stream has nothing
 * of its own but its way to half the process.
 */
function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  if (Symbol.asyncIterator in value) return [];
  if (value instanceof Map || value instanceof Set) return [...value].map((part, at) => [`${at}`, part]);
  const keys = isError(value) ? [...HIDDEN].filter(key => key in value) : [];
  return [...new Set([...keys, ...Object.keys(value)])].map(key => [key, read(value, key)]);
}

/** A getter is the user's code. */
function read(value: object, key: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[key];
  } catch {
    return '[unreadable]';
  }
}
