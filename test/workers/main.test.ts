import { expect, test } from 'vitest';
import { impl } from '../../src/step/impl.js';
import { createWorker } from '../../workers/main.js';
import { inc } from '../live/fixtures/steps.js';

// Nothing listens on this port: what is refused here is refused before anything is connected.
const address = '127.0.0.1:1';

test('two implementations of one step are refused, both named', async () => {
  const steps = [
    impl(inc, function first({ n }) {
      return { n };
    }),
    impl(inc, function second({ n }) {
      return { n };
    }),
  ];
  await expect(createWorker({ steps }, { address })).rejects.toMatchObject({
    code: 'duplicate_id',
    message: expect.stringMatching(/first.*second/),
  });
});

test('a server that is not there is an error, not a wait', async () => {
  await expect(createWorker({ steps: [] }, { address })).rejects.toThrow(/connect/i);
});
