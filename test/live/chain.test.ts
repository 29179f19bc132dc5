import { expect, test } from 'vitest';
import { chain } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';

const live = Live.use({ steps });

test('a chain of three steps runs from graph to result', async () => {
  const run = await live.start(chain(3), { n: 1 });
  expect(await run.result()).toEqual({ n: 4 });
  expect(await run.status()).toBe('COMPLETED');
});
