import { Unreadable } from './issue.js';
import { readString } from './string-literal.js';

/** `text` is as it was written, quotes included; `column` counts from 1. */
export type Token =
  | { readonly kind: 'literal'; readonly text: string; readonly value: number | string; readonly column: number }
  | { readonly kind: 'word' | 'symbol' | 'end'; readonly text: string; readonly column: number };

const BLANK = /[ \t\r\n]+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** What is taken for one number, right or wrong, so that `0x1F` is one mistake and not two tokens. */
const NUMBER_LIKE = /[0-9](?:[eE][+-]|[A-Za-z0-9_.])*/y;
const SYMBOL = /&&|\|\||[=!<>]=|[<>+\-*/%!?:.,()[\]]/y;

const HINTS: ReadonlyMap<string, string> = new Map([
  ['=', '"=" is no operator: compare with =='],
  ['&', '"&" is no operator: write && or and'],
  ['|', '"|" is no operator: write || or or'],
  ['$', '"$" can\'t stand in an expression: give the value a name, and use the name here'],
  ['{', 'there are no object literals'],
  ['`', 'a string stands in "…" or \'…\''],
]);

/** Cuts the text into tokens; the last one is always an `end`. Throws Unreadable. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(BLANK, text, at).length;
    if (at === text.length) break;
    const token = readToken(text, at);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '', column: at + 1 });
  return tokens;
}

function readToken(text: string, at: number): Token {
  const column = at + 1;
  const char = text.charAt(at);
  if (char === '"' || char === "'") {
    const { value, end } = readString(text, at);
    return { kind: 'literal', text: text.slice(at, end), value, column };
  }
  const number = match(NUMBER_LIKE, text, at);
  if (number !== '') return { kind: 'literal', text: number, value: readNumber(number, column), column };
  const word = match(WORD, text, at);
  if (word !== '') return { kind: 'word', text: word, column };
  const symbol = match(SYMBOL, text, at);
  if (symbol !== '') return { kind: 'symbol', text: symbol, column };
  throw new Unreadable(column, HINTS.get(char) ?? `unexpected ${character(text, at)}`);
}

function readNumber(text: string, column: number): number {
  if (match(NUMBER, text, 0) !== text) {
    throw new Unreadable(column, `"${text}" is not a number: numbers are written as in JSON (12, 0.5, 1e3)`);
  }
  const value = Number(text);
  const exact = /^[0-9]+$/.test(text) ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!exact) throw new Unreadable(column, `${text} is too large for a number`);
  return value;
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function character(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0;
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  return `${JSON.stringify(String.fromCodePoint(code))} (U+${hex})`;
}
