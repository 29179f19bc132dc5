import type { InterventionIssue } from '../intervention/check.js';
import { EspalierError } from '../value/espalier-error.js';

/** Interventions that no run would take: nothing was started or sent. All issues at once. */
export class InvalidInterventionError extends EspalierError {
  constructor(readonly issues: readonly InterventionIssue[]) {
    const list = issues.map(({ path, message }) => `${path}: ${message}`);
    super(
      'invalid_intervention',
      list.length === 1 ? `intervention ${list[0]}` : `interventions:\n  ${list.join('\n  ')}`,
    );
  }
}
