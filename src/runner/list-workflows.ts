import proto from '@temporalio/proto';
import { call } from '../client/call.js';
import { describeRun } from '../client/describe-run.js';
import { RUNNER_ATTRIBUTE } from '../protocol/names.js';
import { EspalierError } from '../value/espalier-error.js';
import type { House } from './house.js';
import { runIdOf } from './names.js';

const PAGE = 500;
const { WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } = proto.temporal.api.enums.v1.WorkflowExecutionStatus;

/** Ids of the workflows of a runner that run. Throws `not_searchable`. */
export async function listWorkflows({ access, name }: House): Promise<readonly string[]> {
  const { client, namespace } = access;
  if (!(await access.isSearchable())) {
    const message = `namespace ${namespace} does not know the search attribute ${RUNNER_ATTRIBUTE} (type Keyword)`;
    throw new EspalierError('not_searchable', `${message}: workflows of runners can't be listed; register it`);
  }
  const query = `${RUNNER_ATTRIBUTE} = '${name}' AND ExecutionStatus = 'Running'`;
  const ids = new Set<string>();
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const request = { namespace, query, pageSize: PAGE, nextPageToken };
    const page = await call(access, () => client.workflowService.listWorkflowExecutions(request));
    for (const { execution } of page.executions) ids.add(execution?.workflowId?.slice(runIdOf(name, '').length) ?? '');
    nextPageToken = page.nextPageToken;
  } while (nextPageToken.length > 0);
  return [...ids].sort();
}

/** Whether a workflow runs, as the server knows it now. */
export async function isRunning({ access, name }: House, id: string): Promise<boolean> {
  try {
    const { workflowExecutionInfo: info } = await describeRun(access, runIdOf(name, id));
    return info?.status === RUNNING;
  } catch (error) {
    if (error instanceof EspalierError && error.code === 'not_found') return false;
    throw error;
  }
}
