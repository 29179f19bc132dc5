import { Unreadable } from './issue.js';

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Reads the string literal whose quote stands at `start`: its value, and the offset behind its closing quote. */
export function readString(text: string, start: number): { readonly value: string; readonly end: number } {
  const quote = text[start];
  let value = '';
  for (let at = start + 1; at < text.length;) {
    const char = text.charAt(at);
    if (char === quote) return { value: wellFormed(value, start), end: at + 1 };
    if (char < ' ')
      throw new Unreadable(at + 1, 'a line break or control character in a string: write it as \\n or \\u000a');
    const part = char === '\\' ? readEscape(text, at) : { value: char, end: at + 1 };
    value += part.value;
    at = part.end;
  }
  throw new Unreadable(start + 1, `this string has no closing ${quote}`);
}

function readEscape(text: string, start: number): { readonly value: string; readonly end: number } {
  const letter = text.charAt(start + 1);
  if (letter === 'u') {
    const digits = text.slice(start + 2, start + 6);
    if (!/^[0-9A-Fa-f]{4}$/.test(digits)) {
      throw new Unreadable(start + 1, `\\u takes four hexadecimal digits, not "${digits}"`);
    }
    return { value: String.fromCharCode(Number.parseInt(digits, 16)), end: start + 6 };
  }
  const value = ESCAPES.get(letter);
  if (value === undefined) {
    throw new Unreadable(start + 1, `there is no escape \\${letter}; a backslash itself is written \\\\`);
  }
  return { value, end: start + 2 };
}

// Half a surrogate pair has no UTF-8 and no canonical JSON, so a plan that carries it could not be hashed.
function wellFormed(value: string, start: number): string {
  if (/\p{Surrogate}/u.test(value)) throw new Unreadable(start + 1, 'this string holds half of a surrogate pair');
  return value;
}
