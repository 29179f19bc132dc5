import type { CheckpointCall } from '../../src/protocol/activity.js';
import { saveWorkflow } from '../../src/step/save-workflow.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import type { Workflows } from '../../src/store/workflows.js';
import { insist } from './insist.js';

/** The activity behind the engine's `checkpoint`: the state of a runner's workflow, to be resumed from. */
export function createCheckpointActivity(
  store: BlobStore,
  workflows: () => Promise<Workflows>,
): (call: CheckpointCall) => Promise<void> {
  return ({ workflow, reason, snapshot }) =>
    insist(async () => {
      await saveWorkflow({ blobs: store, workflows: await workflows() }, workflow, reason, snapshot);
    });
}
