/** Tokens of JSON text: brackets, `,`, `:`, strings with their quotes, and words between those. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

export const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
export const isSeparator = (code: number): boolean => code === COMMA || code === COLON;
const isBracket = (code: number): boolean => code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;

export function skipSpace(json: string, from: number): number {
  let at = from;
  while (isSpace(json.charCodeAt(at))) at += 1;
  return at;
}

/** Where the token that begins at `from` ends. By hand: a regular expression for strings overflows on long ones. */
export function endOfToken(json: string, from: number): number {
  const first = json.charCodeAt(from);
  let at = from + 1;
  if (first === QUOTE) {
    while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
    return at + 1;
  }
  if (!isBracket(first) && !isSeparator(first)) while (at < json.length && !endsWord(json.charCodeAt(at))) at += 1;
  return at;
}

const endsWord = (code: number): boolean => isSpace(code) || isSeparator(code) || isBracket(code) || code === QUOTE;
