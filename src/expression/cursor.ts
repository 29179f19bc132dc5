import { type ExpressionIssue, Unreadable } from './issue.js';
import type { Token } from './tokenize.js';

/** How deep brackets may be nested, and how deep the tree of an expression may be. */
export const MAX_NESTING = 100;

/** A place in a list of tokens, and what was found wrong on the way there without losing the place. */
export class Cursor {
  #at = 0;
  #nesting = 0;

  /** The last token must be an `end`. */
  constructor(
    private readonly tokens: readonly Token[],
    readonly issues: ExpressionIssue[],
  ) {}

  get token(): Token {
    const token = this.tokens[this.#at] ?? this.tokens.at(-1);
    if (token === undefined) throw new Error('a cursor needs at least the end token');
    return token;
  }

  get atEnd(): boolean {
    return this.token.kind === 'end';
  }

  /** Goes over the current token, and returns it. */
  advance(): Token {
    const token = this.token;
    this.#at += 1;
    return token;
  }

  at(...signs: readonly string[]): boolean {
    return signs.includes(this.token.text);
  }

  /** Goes over the current token if it is one of these. */
  take(...signs: readonly string[]): Token | undefined {
    return this.at(...signs) ? this.advance() : undefined;
  }

  expect(sign: string): void {
    if (!this.take(sign)) throw this.unexpected(`"${sign}"`);
  }

  unexpected(wanted: string): Unreadable {
    const { kind, text, column } = this.token;
    const found = kind === 'end' ? 'the expression ends here' : `unexpected ${quoted(text)}`;
    return new Unreadable(column, `${found}, expected ${wanted}`);
  }

  /** Reads something inside brackets, or behind a prefix operator. */
  nested<T>(read: () => T): T {
    if (this.#nesting === MAX_NESTING) throw tooDeep(this.token.column);
    this.#nesting += 1;
    const result = read();
    this.#nesting -= 1;
    return result;
  }
}

export function tooDeep(column: number): Unreadable {
  return new Unreadable(column, `too deep: an expression nests at most ${MAX_NESTING} levels`);
}

function quoted(text: string): string {
  return text.startsWith('"') || text.startsWith("'") ? text : `"${text}"`;
}
