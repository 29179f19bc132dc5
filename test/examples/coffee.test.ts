import { expect, test } from 'vitest';
import { coffee, steps } from '../../examples/coffee/index.js';
import { runLocal } from '../../src/local/run-local.js';
import { espalier } from '../cli/espalier.js';

test('coffee gives the same cup in this process and through the command line', async () => {
  const here = await runLocal(coffee, { steps, input: { beans: 20, water: 200 } }).result();
  expect(here).toEqual({ coffee: 'Cup of latte with 200ml' });
  const args = ['run', 'examples/coffee', '--local', '--set', 'beans=20', '--set', 'water=200', '-o', 'json'];
  const { code, stdout } = await espalier(args);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', outputs: here });
});

test('coffee shows how much powder a step was given', async () => {
  const run = runLocal(coffee, { steps, input: { beans: 20, water: 200 } });
  await run.result();
  const { nodes } = await run.view();
  expect(nodes.map(({ at, state, outputs }) => [at, state, outputs?.['powder'] ?? outputs?.['coffee']])).toEqual([
    ['grind', 'completed', expect.objectContaining({ inline: 20 })],
    ['brew', 'completed', expect.objectContaining({ inline: 'Cup of latte with 200ml' })],
  ]);
});
