import { setTimeout as wait } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { isWaitedFor } from '../../src/engine/waited-for.js';
import type { SupplyResult } from '../../src/protocol/activity.js';
import { toFailure } from '../../src/step/to-failure.js';
import type { Leaf } from '../../src/value/value.js';
import { attemptError } from './attempt-error.js';
import { startHeartbeat } from './heartbeat.js';

/** How long it waits for the store between two calls, in milliseconds: twice as long each time. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 10_000;

/**
 * One attempt at a value that a function of the user gives; it beats, is stopped and fails as a step's attempt does. A
 * store that is away is waited for.
 */
export async function attemptOf(give: (signal: AbortSignal) => Promise<Leaf>): Promise<SupplyResult> {
  const context = Context.current();
  const heartbeat = startHeartbeat(context);
  try {
    return { value: await withStore(give, context.cancellationSignal) };
  } catch (error) {
    throw attemptError(error, context);
  } finally {
    heartbeat.stop();
  }
}

async function withStore(give: (signal: AbortSignal) => Promise<Leaf>, signal: AbortSignal): Promise<Leaf> {
  for (let pause = FIRST_WAIT; ; pause = Math.min(2 * pause, LONGEST_WAIT)) {
    try {
      return await give(signal);
    } catch (error) {
      if (signal.aborted || !isWaitedFor(toFailure(error).failure)) throw error;
    }
    await wait(pause, undefined, { signal });
  }
}
