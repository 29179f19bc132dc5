/** What the client makes of what a server answers to an update. */
import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { Updates } from '../../src/client/updates.js';
import { TOO_MANY_UPDATES } from '../../src/protocol/names.js';
import { standInAccess } from './stand-in.js';

const grpc = (code: number): Error => Object.assign(new Error('grpc'), { code, details: '', metadata: {} });

/** A client whose updates end with `failure`, and the signals it was given. */
function failing(failure: Error) {
  const signals: unknown[][] = [];
  const handle = {
    executeUpdate: async () => {
      throw failure;
    },
    signal: async (...args: unknown[]) => void signals.push(args),
  };
  const client = { getHandle: () => handle, withDeadline: (_: number, work: () => Promise<unknown>) => work() };
  return { updates: new Updates(standInAccess(client)), signals };
}
const asked = { name: 'intervene', args: [{ id: 'i' }] };

test.each([
  ['late', new WorkflowUpdateRPCTimeoutOrCancelledError('too late')],
  ['crowded', grpc(8)],
  ['crowded', grpc(9)],
  ['crowded', grpc(14)],
])('unanswered (%s) it is kept as a signal', async (kind, error) => {
  const { updates, signals } = failing(error);
  expect(await updates.ask('run', asked)).toEqual({ kind });
  expect(signals).toEqual([['intervene', { id: 'i' }]]);
});

test('refused it throws what the run said, and sends nothing more', async () => {
  const failure = { code: 'id_reused', message: 'another one', address: 'a.n', details: { x: 1 } };
  const cause = ApplicationFailure.nonRetryable(failure.message, failure.code, failure);
  const { updates, signals } = failing(new WorkflowUpdateFailedError('failed', cause));
  await expect(updates.ask('run', asked)).rejects.toMatchObject({ name: 'RefusedError', ...failure });
  expect(signals).toEqual([]);
});

test('a link that has taken too many updates is asked by a signal', async () => {
  const cause = ApplicationFailure.nonRetryable('send a signal instead', TOO_MANY_UPDATES);
  const { updates, signals } = failing(new WorkflowUpdateFailedError('failed', cause));
  expect(await updates.ask('run', asked)).toEqual({ kind: 'crowded' });
  expect(signals).toHaveLength(1);
});

test('an error of our own is none of these', async () => {
  const { updates, signals } = failing(new TypeError('a bug'));
  await expect(updates.ask('run', asked)).rejects.toThrow('a bug');
  await expect(failing(grpc(3)).updates.ask('run', asked)).rejects.toThrow('grpc');
  expect(signals).toEqual([]);
});
