import type { temporal } from '@temporalio/proto';
import type { Access } from './access.js';
import { call } from './call.js';

export type ExecutionInfo = temporal.api.workflow.v1.IWorkflowExecutionInfo;

const PAGE = 500;

/** All executions that fit a query of the visibility store, page by page, whoever has started them. */
export async function* executionsOf(access: Access, query: string): AsyncGenerator<readonly ExecutionInfo[]> {
  const { client, namespace } = access;
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const request = { namespace, query, pageSize: PAGE, nextPageToken };
    const page = await call(access, () => client.workflowService.listWorkflowExecutions(request));
    yield page.executions;
    nextPageToken = page.nextPageToken;
  } while (nextPageToken.length > 0);
}
