import { Context } from '@temporalio/activity';
import type { LookUpCall, LookUpResult } from '../../src/protocol/activity.js';
import { findCached } from '../../src/step/find-cached.js';
import { lookUp } from '../../src/step/look-up.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import type { StepCaching } from './step-activity.js';

/** The activity behind the engine's `lookUp`. A cache that can't be asked has nothing: then each step asks for itself. */
export function createLookUpActivity(
  store: BlobStore,
  cached: StepCaching | undefined,
): (call: LookUpCall) => Promise<LookUpResult> {
  return async call => {
    if (!cached) return { known: [] };
    try {
      return { known: await lookUp(call, findCached(call.plan, cached, store)) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      Context.current().log.warn(`the step cache can't be asked for the whole run: ${why}`);
      return { known: [] };
    }
  };
}
