import { expect, test } from 'vitest';
import { PAUSE, RESUME } from '../../src/protocol/names.js';
import { workChain } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';

const live = Live.use();

test('signals that come with the start are heard in their order', async () => {
  const run = await live.start(workChain(1, { ms: 0 }), { n: 0 }, { signal: RESUME });
  await run.handle.signal(PAUSE);
  await run.handle.signal(RESUME);
  await live.work({ steps });
  expect(await run.result()).toEqual({ n: 1 });
});
