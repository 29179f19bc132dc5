import { executionsOf } from '../client/executions.js';
import { RUNNER_ATTRIBUTE } from '../protocol/names.js';
import { EspalierError } from '../value/espalier-error.js';
import type { House } from './house.js';
import { runIdOf } from './names.js';

/** Ids of the workflows of a runner that run. Throws `not_searchable`. */
export async function listWorkflows({ access, name }: House): Promise<readonly string[]> {
  const { namespace } = access;
  if (!(await access.isSearchable())) {
    const message = `namespace ${namespace} does not know the search attribute ${RUNNER_ATTRIBUTE} (type Keyword)`;
    throw new EspalierError('not_searchable', `${message}: workflows of runners can't be listed; register it`);
  }
  const query = `${RUNNER_ATTRIBUTE} = '${name}' AND ExecutionStatus = 'Running'`;
  const ids = new Set<string>();
  for await (const infos of executionsOf(access, query)) {
    for (const { execution } of infos) ids.add(execution?.workflowId?.slice(runIdOf(name, '').length) ?? '');
  }
  return [...ids].sort();
}
