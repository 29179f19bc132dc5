import { START_MEMO } from '../protocol/names.js';
import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import type { Access } from './access.js';
import { describeRun } from './describe-run.js';
import { summaryOf, type RunSummary } from './list.js';

/** A run as lists show it, by one small question. Throws `not_found`, also for a workflow that is no run. */
export async function findRun(access: Access, runId: string): Promise<RunSummary> {
  const { workflowExecutionInfo: info } = await describeRun(access, runId);
  if (info?.memo?.fields?.[START_MEMO]) return summaryOf(info);
  throw new EspalierError('not_found', `workflow ${quote(runId)} in ${access.namespace} is no run of a graph`);
}
