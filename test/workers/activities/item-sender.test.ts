import type { Context } from '@temporalio/activity';
import { ServiceError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { expect, test } from 'vitest';
import { ItemSender } from '../../../workers/activities/item-sender.js';

const grpc = (code: number): Error =>
  new ServiceError('failed', { cause: Object.assign(new Error('grpc'), { code, details: '', metadata: {} }) });
const FLOW = { next: 1, credit: 9 };
const BATCH = { attempt: 2, first: 0, items: [] };

/** An activity whose updates are answered by `answer`, and what they were asked. */
function activity(answer: (asked: number) => Promise<unknown>) {
  const asked: { readonly link: string; readonly args: unknown; readonly updateId: string }[] = [];
  const cancelling = new AbortController();
  const getHandle = (workflowId: string, runId: string) => ({
    executeUpdate: (_: string, options: { readonly args: unknown; readonly updateId: string }) => {
      asked.push({ link: `${workflowId}/${runId}`, ...options });
      return answer(asked.length);
    },
  });
  const context = {
    info: { activityId: 'numbers', attempt: 2, workflowExecution: { workflowId: 'run', runId: 'link' } },
    client: { workflow: { getHandle }, withDeadline: (_: number, work: () => Promise<unknown>) => work() },
    cancellationSignal: cancelling.signal,
    log: { debug: () => {} },
  };
  const sender = new ItemSender();
  return { asked, cancelling, send: sender.of(context as unknown as Context, 7) };
}

test('a batch goes to the link that has scheduled the activity, each under an id of its own', async () => {
  const { asked, send } = activity(async () => FLOW);
  expect(await send(BATCH)).toEqual(FLOW);
  await send(BATCH);
  expect(asked).toEqual(
    ['numbers/7/2/1', 'numbers/7/2/2'].map(updateId => ({
      ...{ link: 'run/link', updateId },
      args: [{ exec: 7, ...BATCH }],
    })),
  );
});

test.each([
  ['does not answer in time', new WorkflowUpdateRPCTimeoutOrCancelledError('late')],
  ['has too many updates at once', grpc(8)],
  ['is away', grpc(14)],
])('a server that %s is asked again, under the same id', async (_, error) => {
  const { asked, send } = activity(async nth => (nth < 3 ? Promise.reject(error) : FLOW));
  expect(await send(BATCH)).toEqual(FLOW);
  expect(asked.map(({ updateId }) => updateId)).toEqual(Array(3).fill('numbers/7/2/1'));
});

test('a link that has closed takes nothing more', async () => {
  const { send } = activity(() => Promise.reject(new WorkflowNotFoundError('closed', 'run', 'link')));
  expect(await send(BATCH)).toEqual({ over: true });
});

test.each([
  ['the run refuses', new WorkflowUpdateFailedError('no', ApplicationFailure.nonRetryable('no', 'invalid_request'))],
  ['the server does not understand', grpc(3)],
  ['is wrong here', new TypeError('a bug')],
])('what %s ends the attempt', async (_, error) => {
  const { asked, send } = activity(() => Promise.reject(error));
  await expect(send(BATCH)).rejects.toBe(error);
  expect(asked).toHaveLength(1);
});

test('an activity that was cancelled waits for no answer', async () => {
  const { cancelling, send } = activity(() => new Promise(() => {}));
  const sending = send(BATCH);
  cancelling.abort(new Error('enough'));
  await expect(sending).rejects.toThrow('enough');
});
