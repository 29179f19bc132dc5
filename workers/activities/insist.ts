import { Context } from '@temporalio/activity';
import { toFailure } from '../../src/step/to-failure.js';
import { toApplicationFailure } from './application-failure.js';
import { startHeartbeat } from './heartbeat.js';

/** One attempt at what must not be lost: it beats, so that the death of its worker is noticed, and whatever fails may help later. */
export async function insist<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const heartbeat = startHeartbeat(context);
  try {
    return await work();
  } catch (error) {
    const { attempt } = context.info;
    throw toApplicationFailure({ ...toFailure(error), retryable: true, attempt });
  } finally {
    heartbeat.stop();
  }
}
