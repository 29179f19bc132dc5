import { Context } from '@temporalio/activity';
import type { GatherCall, GatherResult } from '../../src/protocol/activity.js';
import { gatherValue } from '../../src/step/gather-value.js';
import { toFailure } from '../../src/step/to-failure.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import { toApplicationFailure } from './application-failure.js';

/** The activity behind the engine's `gather`: the content of a value, lists and all, becomes one leaf in the store. */
export function createGatherActivity(store: BlobStore): (call: GatherCall) => Promise<GatherResult> {
  return async ({ value }) => {
    try {
      return { value: await gatherValue(value, store) };
    } catch (error) {
      throw toApplicationFailure({ ...toFailure(error), attempt: Context.current().info.attempt });
    }
  };
}
