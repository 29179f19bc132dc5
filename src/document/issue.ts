/** One thing that is wrong with a document, found by reading or by compiling it. */
export interface Issue {
  readonly code: string;
  /** JSON pointer (RFC 6901) into the document: `/nodes/brew/in/powder`; `''` is the document itself. */
  readonly path: string;
  /** What is wrong, quoting the value, and what was expected. */
  readonly message: string;
  /** Where the text says it, both from 1; known only of documents that were read from text. */
  readonly line?: number;
  readonly column?: number;
  readonly file?: string;
}

/** For people: one line per issue, `file:line:column  code  path  message`, leaving out what is not known. */
export function formatIssues(issues: readonly Issue[], options: { readonly file?: string } = {}): string {
  return issues.map(issue => formatIssue(issue, options.file)).join('\n');
}

function formatIssue(issue: Issue, otherwise: string | undefined): string {
  const place = [issue.file ?? otherwise, issue.line, issue.column].filter(part => part !== undefined).join(':');
  return [place, issue.code, issue.path || '/', issue.message].filter(part => part !== '').join('  ');
}
