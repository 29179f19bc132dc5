import type { Access } from './access.js';
import { call } from './call.js';

/** What the service says of the latest link of a run, what is pending included. Throws `not_found`. */
export function describeRun(access: Access, runId: string) {
  const { client, namespace } = access;
  const ask = () => client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: runId } });
  return call(access, ask, runId);
}
