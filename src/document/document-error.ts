import { EspalierError } from '../value/espalier-error.js';
import { formatIssues, type Issue } from './issue.js';

/** The most issues that a message lists; `issues` has them all. */
const MOST = 10;

/** A text or an object is no document: `parseDocument` found issues. */
export class InvalidDocumentError extends EspalierError {
  constructor(readonly issues: readonly Issue[]) {
    super('invalid_document', `This is no valid graph document:\n${listed(issues)}`);
  }
}

/** A document is well formed, but the graph in it is wrong: compile found issues. */
export class InvalidGraphError extends EspalierError {
  constructor(
    graph: string,
    readonly issues: readonly Issue[],
  ) {
    super('invalid_graph', `The graph ${JSON.stringify(graph)} is not valid:\n${listed(issues)}`);
  }
}

function listed(issues: readonly Issue[]): string {
  const shown = formatIssues(issues.slice(0, MOST)).replace(/^/gm, '  ');
  return issues.length <= MOST ? shown : `${shown}\n  … and ${issues.length - MOST} more`;
}
