import { expect, test } from 'vitest';
import { z } from 'zod';
import { graph, impl, stream } from '../../src/index.js';
import { runHere } from '../../src/local/run-local.js';

const n = z.number();
/** Ends only when it is told to, and never waits for anything. */
const greedy = stream({ id: 'greedy', in: {}, yields: { n }, out: { total: n } });
const steps = [
  impl(greedy, async function* (_, { signal }) {
    let k = 0;
    for (; !signal.aborted; k += 1) yield { n: k };
    return { total: k };
  }),
];
const endless = graph({ id: 'endless', in: {}, out: { total: n } }, g => ({ out: { total: g.run(greedy, {}).total } }));

test('a stream that never waits leaves room for timers and requests', async () => {
  const run = runHere(endless, { steps });
  setTimeout(() => void run.cancel('enough'), 20);
  await expect(run.result()).rejects.toThrow('enough');
  expect((await run.view()).status).toBe('cancelled');
});
