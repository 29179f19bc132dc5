/**
 * Sends the items of streams to the runs whose activities they are, as updates. An update goes to the link that has
 * scheduled the activity, never to its successor, which executes the stream again.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '@temporalio/activity';
import { isGrpcServiceError, ServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { unlessAborted } from '../../src/local/unless-aborted.js';
import type { YieldedAnswer, YieldedCall } from '../../src/protocol/activity.js';
import { Lanes, MOST_AT_ONCE } from '../../src/protocol/lanes.js';
import { YIELDED } from '../../src/protocol/names.js';
import type { Send } from '../../src/step/pack-items.js';

/** How long to wait for an answer before asking again, and between two askings, in milliseconds. */
const ANSWER_LIMIT = 10_000;
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2000;

/** What a worker's streams send with: the server takes only so many updates of a run at once. */
export class ItemSender {
  private readonly lanes = new Lanes(MOST_AT_ONCE);

  /** Of one attempt at an execution. An update that is sent again has the same id: the run hears it once. */
  of(context: Context, exec: number): Send {
    const { activityId, attempt, workflowExecution } = context.info;
    const link = workflowExecution?.runId ?? '';
    let sent = 0;
    return batch => {
      sent += 1;
      const updateId = `${activityId}/${exec}/${attempt}/${sent}`;
      return this.lanes.run(link, () => insist(context, { exec, ...batch }, updateId));
    };
  }
}

async function insist(context: Context, call: YieldedCall, updateId: string): Promise<YieldedAnswer> {
  const { cancellationSignal: signal } = context;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return await unlessAborted(ask(context, call, updateId), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof WorkflowNotFoundError) return { over: true };
      if (!mayPass(error)) throw error;
      context.log.debug('the run has not answered to items of a stream: asking again', {
        updateId,
        error: String(error),
      });
    }
    await wait(pause, undefined, { signal });
  }
}

function ask({ client, info }: Context, call: YieldedCall, updateId: string): Promise<YieldedAnswer> {
  const { workflowId = '', runId } = info.workflowExecution ?? {};
  const handle = client.workflow.getHandle(workflowId, runId);
  const send = () => handle.executeUpdate<YieldedAnswer, [YieldedCall]>(YIELDED, { args: [call], updateId });
  return client.withDeadline(Date.now() + ANSWER_LIMIT, send);
}

// A number of gRPC: the package that names it belongs to the SDK, not to us.
const INVALID_ARGUMENT = 3;

/** Whether it is the server, or the way to it, that failed: not the run, which refused, and not our own code. */
function mayPass(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const inner = error instanceof ServiceError ? error.cause : error;
  if (!isGrpcServiceError(inner)) return false;
  const code: number = inner.code;
  return code !== INVALID_ARGUMENT;
}
