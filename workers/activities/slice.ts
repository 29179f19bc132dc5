import { Context } from '@temporalio/activity';
import type { SliceCall, SliceResult } from '../../src/protocol/activity.js';
import { sliceList } from '../../src/step/slice-list.js';
import { toFailure } from '../../src/step/to-failure.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import { toApplicationFailure } from './application-failure.js';

/** The activity behind the engine's `slice`: some items of a list that lies in the store. */
export function createSliceActivity(store: BlobStore): (call: SliceCall) => Promise<SliceResult> {
  return async call => {
    try {
      return await sliceList(call, store);
    } catch (error) {
      throw toApplicationFailure({ ...toFailure(error), attempt: Context.current().info.attempt });
    }
  };
}
