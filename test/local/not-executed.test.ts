import { expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { override } from '../../src/graph/intervene.js';
import { step } from '../../src/graph/step.js';
import { runLocal } from '../../src/local/run-local.js';
import { impl } from '../../src/step/impl.js';

const n = z.number();
const costly = step({ id: 'costly', in: { n }, out: { n } });
const cheap = step({ id: 'cheap', in: { n }, out: { n } });
const priced = graph({ id: 'priced', in: { n }, out: { n } }, (g, i) => {
  const first = g.run(costly, { n: i.n });
  const second = g.run(cheap, { n: first.n });
  return { out: { n: second.n }, nodes: [first, second] };
});
const steps = [impl(cheap, input => ({ n: input.n + 1 }))];
const pinned = override(priced.at.costly.out.n, 41, { id: 'pin' });

test('IV-03 a step that is short-circuited needs no implementation', async () => {
  expect(await runLocal(priced, { steps, interventions: [pinned] }).result()).toEqual({ n: 42 });
  expect(() => runLocal(priced, { steps, input: { n: 0 } })).toThrow('costly has no implementation');
});

test('I15 one whose override is withdrawn fails if it has none', async () => {
  const breakpoints = [{ before: 'cheap' }];
  const run = runLocal(priced, { steps, input: { n: 0 }, interventions: [pinned], breakpoints });
  await run.withdraw('pin');
  await run.continue();
  await expect(run.result()).rejects.toMatchObject({ code: 'not_implemented', address: 'costly' });
});
