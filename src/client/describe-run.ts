import type { Access } from './access.js';
import { call } from './call.js';

/**
 * What the service says of a link of a run, what is pending included: of the one with that Temporal run id, else of the
 * latest. Throws `not_found`.
 */
export function describeRun(access: Access, runId: string, link?: string) {
  const { client, namespace } = access;
  const execution = { workflowId: runId, ...(link !== undefined && { runId: link }) };
  const ask = () => client.workflowService.describeWorkflowExecution({ namespace, execution });
  return call(access, ask, runId);
}
