import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { activityFailure } from '../../src/protocol/activity-failure.js';

const limits = { timeout: 3000, heartbeat: 500 };
const ended = (cause: Error): Error =>
  new ActivityFailure('failed', 'brew', 'brew', 'MAXIMUM_ATTEMPTS_REACHED', '', cause);

test('a cancelled activity is no failure', () => {
  expect(activityFailure(ended(new CancelledFailure('cancelled')), limits)).toBeUndefined();
});

test('a failure of a step keeps its code, message, attempt, details and stack', () => {
  const detail = { attempt: 3, details: { least: 10 }, cause: { code: 'inner', message: 'why' } };
  const thrown = ApplicationFailure.create({ message: 'too small', type: 'too_small', details: [detail] });
  thrown.stack = 'Error: too small\n at brew';
  expect(activityFailure(ended(thrown), limits)).toEqual({
    code: 'too_small',
    message: 'too small',
    attempt: 3,
    details: { least: 10 },
    cause: { code: 'inner', message: 'why' },
    stack: 'Error: too small\n at brew',
  });
});

test('timeouts say which one and how long; a missing heartbeat says what helps', () => {
  const timeout = activityFailure(ended(new TimeoutFailure('', undefined, 'START_TO_CLOSE')), limits);
  expect(timeout).toMatchObject({ code: 'timeout', message: expect.stringContaining('3000 ms') });
  const silent = activityFailure(ended(new TimeoutFailure('', undefined, 'HEARTBEAT')), limits);
  expect(silent).toMatchObject({
    code: 'heartbeat_timeout',
    message: expect.stringMatching(/500 ms.*heartbeat: false/),
  });
});

test('what is none of these is named by its message', () => {
  expect(activityFailure(new Error('odd'), limits)).toEqual({ code: 'activity_failed', message: 'odd' });
});
