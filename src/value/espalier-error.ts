/** Base of every error a user may meet. Branch on `code`, never on the text; `cause` holds what lies beneath. */
export class EspalierError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}
