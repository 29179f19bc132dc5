import type { Json } from '../value/json.js';
import type { Finding } from './finding.js';
import { endOfToken, isSeparator, isSpace } from './json-token.js';
import { MAX_DEPTH } from './own-copy.js';
import { duplicate, tooDeep, unreadable, type Text, type VisitEntry } from './text.js';

/** Reads JSON text; undefined if it is none. */
export function readJson(json: string): Text | undefined {
  const findings: Finding[] = [];
  const tooDeepAt = scanJson(json, (path, keyAt, _, repeated) => {
    if (repeated) findings.push(duplicate(path, keyAt));
  });
  if (tooDeepAt !== undefined) return unreadable([tooDeep(tooDeepAt)]);
  const value = tryJson(json);
  return value === undefined ? undefined : { value, findings, entries: visit => void scanJson(json, visit) };
}

function tryJson(json: string): Json | undefined {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
}

/** An object or a list that is being read. */
interface Open {
  /** The keys it had up to now; undefined for a list. */
  readonly keys: Set<string> | undefined;
  /** Offset of the key whose value comes next; -1 where a key comes next. */
  keyAt: number;
  repeated: boolean;
}

/**
 * Finds the entries of JSON text, without recursion and without judging its syntax: what it says of text that
 * `JSON.parse` refuses means nothing. Stops where more than `MAX_DEPTH` levels are open, and returns that offset. O(n).
 */
function scanJson(json: string, visit: VisitEntry): number | undefined {
  const open: Open[] = [];
  const path: (string | number)[] = [];
  for (let at = nextToken(json, 0); at < json.length; at = nextToken(json, at)) {
    const char = json[at];
    const top = open.at(-1);
    if (char === '}' || char === ']') {
      open.pop();
      path.pop();
      at += 1;
    } else if (top?.keys !== undefined && top.keyAt < 0) {
      const end = endOfToken(json, at);
      path[path.length - 1] = readKey(json.slice(at, end), at, top, top.keys);
      at = end;
    } else {
      visitValue(path, top, at, visit);
      const opens = char === '{' || char === '[';
      if (opens && open.length === MAX_DEPTH) return at;
      if (opens) open.push({ keys: char === '{' ? new Set() : undefined, keyAt: -1, repeated: false });
      if (opens) path.push(-1);
      at = opens ? at + 1 : endOfToken(json, at);
    }
  }
  return undefined;
}

function readKey(token: string, at: number, object: Open, keys: Set<string>): string {
  const key = token.includes('\\') ? unescaped(token) : token.slice(1, -1);
  object.keyAt = at;
  object.repeated = keys.has(key);
  keys.add(key);
  return key;
}

/** What the quoted `token` says; itself if that is wrong, which is for `JSON.parse` to tell. */
function unescaped(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}

function visitValue(path: (string | number)[], parent: Open | undefined, at: number, visit: VisitEntry): void {
  if (parent === undefined) {
    visit(path, at, at, false);
  } else if (parent.keys === undefined) {
    path[path.length - 1] = Number(path.at(-1)) + 1;
    visit(path, at, at, false);
  } else {
    visit(path, parent.keyAt, at, parent.repeated);
    parent.keyAt = -1;
  }
}

/** White space, `,` and `:` stand between tokens; keys and values alternate without them, too. */
function nextToken(json: string, from: number): number {
  let at = from;
  while (isSpace(json.charCodeAt(at)) || isSeparator(json.charCodeAt(at))) at += 1;
  return at;
}
