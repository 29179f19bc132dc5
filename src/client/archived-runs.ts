import type { ArchivedLink } from '../store/archive.js';
import type { Access } from './access.js';
import { archiveOf } from './archived.js';
import { call } from './call.js';
import type { ListOptions } from './list.js';

/** The run after which a page begins. */
export interface Place {
  readonly startedAt: number;
  readonly execution: string;
}

/** Before all of them. */
export const BEGINNING: Place = { startedAt: Number.MAX_SAFE_INTEGER, execution: '' };

/** How many are read at once, and how often for a page: while many of them are still known to Temporal, it ends early. */
const AT_ONCE = 100;
const MOST_CALLS = 20;

/** At most `limit` runs that Temporal has forgotten, latest first. `next`: where they go on; none if these were the last. */
export async function archivedRuns(
  access: Access,
  { graph, status, overridden }: ListOptions,
  limit: number,
  from: Place,
): Promise<{ readonly runs: readonly ArchivedLink[]; readonly next?: Place }> {
  const archive = status === 'running' || status === 'paused' ? undefined : await archiveOf(access);
  if (!archive) return { runs: [] };
  const wanted = {
    ...(graph !== undefined && { graph }),
    ...(status !== undefined && { status }),
    ...(overridden && { overridden }),
  };
  const runs: ArchivedLink[] = [];
  let after = from;
  for (let calls = 0; calls < MOST_CALLS; calls += 1) {
    const some = await archive.runs({ ...wanted, limit: AT_ONCE, after });
    for (const run of await forgottenOf(access, some)) {
      if (runs.length === limit) return { runs, next: after };
      runs.push(run);
      after = placeOf(run);
    }
    const last = some.at(-1);
    if (!last || some.length < AT_ONCE) return { runs };
    after = placeOf(last);
  }
  return { runs, next: after };
}

const placeOf = ({ startedAt, execution }: ArchivedLink): Place => ({ startedAt, execution });

/** Those that Temporal does not list. */
async function forgottenOf(access: Access, links: readonly ArchivedLink[]): Promise<readonly ArchivedLink[]> {
  if (links.length === 0) return links;
  const ids = links.map(({ execution }) => `'${execution}'`);
  const query = `RunId IN (${ids.join(', ')})`;
  const request = { namespace: access.namespace, query, pageSize: links.length };
  const { executions } = await call(access, () => access.client.workflowService.listWorkflowExecutions(request));
  const known = new Set(executions.map(({ execution }) => execution?.runId));
  return links.filter(({ execution }) => !known.has(execution));
}
