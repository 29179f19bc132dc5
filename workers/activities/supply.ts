import { Context } from '@temporalio/activity';
import type { SupplyResult } from '../../src/protocol/activity.js';
import type { Leaf } from '../../src/value/value.js';
import { attemptError } from './attempt-error.js';
import { startHeartbeat } from './heartbeat.js';

/** One attempt at a value that a function of the user gives; it beats, is stopped and fails as a step's attempt does. */
export async function attemptOf(give: (signal: AbortSignal) => Promise<Leaf>): Promise<SupplyResult> {
  const context = Context.current();
  const heartbeat = startHeartbeat(context);
  try {
    return { value: await give(context.cancellationSignal) };
  } catch (error) {
    throw attemptError(error, context);
  } finally {
    heartbeat.stop();
  }
}
