import type { RunView } from '../run/run.js';
import type { Access } from './access.js';
import { readChain } from './chain.js';
import { Fold } from './fold.js';
import { createPayloadReader } from './payloads.js';
import { pendingActivities, withPending } from './pending.js';

/** What a run looks like now: the fold of its history, with what its activities are doing over it. */
export async function readView(access: Access, runId: string): Promise<RunView> {
  const read = createPayloadReader(access, runId);
  const fold = new Fold(runId, read);
  for await (const page of readChain(access, runId, read)) await fold.take(page);
  const view = fold.record.view();
  if (!view.nodes.some(node => node.state === 'running')) return view;
  return withPending(view, await pendingActivities(access, runId, read));
}
