import type { Snapshot } from '../engine/snapshot.js';
import { digestOf, type BlobStore } from '../store/blob-store.js';
import type { SaveReason, WorkflowKey, Workflows } from '../store/workflows.js';

/** What lies in the store under the digest of a saved workflow. */
export interface SavedState {
  readonly snapshot: Snapshot;
}

/** Where workflows are saved. */
export interface WorkflowStorage {
  readonly blobs: Pick<BlobStore, 'put'>;
  readonly workflows: Workflows;
}

/** Keeps the state of a runner's workflow, so that it can be resumed from there; gives the cursor. */
export async function saveWorkflow(
  { blobs, workflows }: WorkflowStorage,
  { runner, id, start }: WorkflowKey & { readonly start: string },
  reason: SaveReason,
  snapshot: Snapshot,
): Promise<string> {
  const state: SavedState = { snapshot };
  const bytes = Buffer.from(JSON.stringify(state));
  const digest = digestOf(bytes);
  await blobs.put(digest, bytes);
  const { accepted = 0, ended = 0, failed = 0 } = snapshot.feed ?? {};
  const at = Math.round(snapshot.turn.at);
  return workflows.save({ runner, id, start, digest, reason, at, execs: snapshot.next.exec, accepted, ended, failed });
}
