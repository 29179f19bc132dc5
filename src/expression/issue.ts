/** What is wrong with an expression. `column` counts characters (UTF-16 units) from 1, line breaks included. */
export interface ExpressionIssue {
  readonly column: number;
  readonly message: string;
}

/** Thrown inside the parser at the first thing it can't read past; never leaves `parseExpression`. */
export class Unreadable extends Error {
  constructor(
    readonly column: number,
    message: string,
  ) {
    super(message);
  }
}
