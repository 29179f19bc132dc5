import { expect, test } from 'vitest';
import { RunFailedError } from '../../src/run/run-failed-error.js';

const none = { failures: [], abandoned: [] };

test('says which run failed, where, and why', () => {
  const error = { code: 'too_hot', message: 'it burns', address: 'brew' };
  const thrown = new RunFailedError('coffee-1', { ...none, error, failures: [error] }, { powder: 3 });
  expect(thrown.message).toBe('run coffee-1 failed at brew (too_hot): it burns');
  expect(thrown).toMatchObject({ code: 'too_hot', address: 'brew', cause: error, partial: { powder: 3 } });
  expect(thrown.failures).toEqual([error]);
});

test('says of a cancelled run who cancelled it, and nothing twice', () => {
  const reason = { code: 'cancelled', message: 'enough' };
  expect(new RunFailedError('r', { ...none, error: reason }, {}).message).toBe('run r was cancelled: enough');
  const none2 = { code: 'cancelled', message: 'cancelled' };
  expect(new RunFailedError('r', { ...none, error: none2 }, {}).message).toBe('run r was cancelled');
});
