import { START_MEMO } from '../protocol/names.js';
import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import type { Access } from './access.js';
import { call } from './call.js';
import { summaryOf, type RunSummary } from './list.js';

/** A run as lists show it, by one small question. Throws `not_found`, also for a workflow that is no run. */
export async function findRun(access: Access, runId: string): Promise<RunSummary> {
  const { client, namespace } = access;
  const ask = () => client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: runId } });
  const { workflowExecutionInfo: info } = await call(access, ask, runId);
  if (info?.memo?.fields?.[START_MEMO]) return summaryOf(info);
  throw new EspalierError('not_found', `workflow ${quote(runId)} in ${namespace} is no run of a graph`);
}
