import { formatIssues, type Issue } from '../document/issue.js';
import { EspalierError } from '../value/espalier-error.js';

/** Policies that can't be applied to a graph; all issues at once, with pointers such as `/policies/0/timeout`. */
export class InvalidPolicyError extends EspalierError {
  readonly issues: readonly Issue[];

  constructor(found: readonly Issue[]) {
    // A rule may be wrong for many components in the same way.
    const issues = [...new Map(found.map(issue => [formatIssues([issue]), issue])).values()];
    super('invalid_policy', issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
    this.issues = issues;
  }
}
