import { START_MEMO } from '../protocol/names.js';
import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import type { Access } from './access.js';
import { orArchived } from './archived.js';
import { describeRun } from './describe-run.js';
import { archivedSummary, summaryOf, type RunSummary } from './list.js';

/** A run as lists show it, by one small question. Throws `not_found`, also for a workflow that is no run. */
export function findRun(access: Access, runId: string): Promise<RunSummary> {
  const ask = async () => {
    const { workflowExecutionInfo: info } = await describeRun(access, runId);
    if (info?.memo?.fields?.[START_MEMO]) return summaryOf(info);
    throw new EspalierError('not_found', `workflow ${quote(runId)} in ${access.namespace} is no run of a graph`);
  };
  return orArchived(access, runId, ask, archivedSummary);
}
