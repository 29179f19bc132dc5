import type { Finding } from './finding.js';
import { endOfToken, skipSpace } from './json-token.js';

/** What may come next; `end` also closes the list or object. */
type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

const WORDS: Readonly<Record<Expected, string>> = {
  value: 'a value',
  'value or end': 'a value or `]`',
  key: 'a key in double quotes',
  'key or end': 'a key in double quotes or `}`',
  colon: '`:`',
  'comma or end': '`,` or the end of the list or object',
  nothing: 'the end of the text',
};

/** Where and why text that was meant to be JSON is none: `JSON.parse` does not always tell where. O(n). */
export function jsonMistake(json: string): Finding {
  const open: string[] = [];
  let expected: Expected = 'value';
  for (let at = skipSpace(json, 0); ;) {
    const end = endOfToken(json, at);
    const token = json.slice(at, end);
    const next = after(token, expected, open);
    if (next === undefined) {
      const got = token === '' ? 'the end of the text' : `\`${token.slice(0, 60)}\``;
      return { code: 'syntax', path: '', message: `expected ${WORDS[expected]}, got ${got}`, offset: at };
    }
    expected = next;
    at = skipSpace(json, end);
  }
}

/** What may come after `token`; undefined if it was not to be expected. Keeps the brackets that are `open`. */
function after(token: string, expected: Expected, open: string[]): Expected | undefined {
  const inObject = open.at(-1) === '{';
  switch (token) {
    case '{':
    case '[':
      if (!expected.startsWith('value')) return undefined;
      open.push(token);
      return token === '{' ? 'key or end' : 'value or end';
    case '}':
    case ']':
      if (!expected.endsWith('end') || inObject !== (token === '}')) return undefined;
      open.pop();
      return afterValue(open);
    case ',':
      if (expected !== 'comma or end') return undefined;
      return inObject ? 'key' : 'value';
    case ':':
      return expected === 'colon' ? 'value' : undefined;
    default:
      if (!isScalar(token)) return undefined;
      if (expected.startsWith('key')) return token.startsWith('"') ? 'colon' : undefined;
      return expected.startsWith('value') ? afterValue(open) : undefined;
  }
}

const afterValue = (open: readonly string[]): Expected => (open.length === 0 ? 'nothing' : 'comma or end');

function isScalar(token: string): boolean {
  try {
    JSON.parse(token);
    return true;
  } catch {
    return false;
  }
}
