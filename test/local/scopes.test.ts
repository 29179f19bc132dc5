import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Document } from '../../src/document/document.js';
import { manifestOf } from '../../src/graph/manifest.js';
import { step } from '../../src/graph/step.js';
import { runLocal } from '../../src/local/run-local.js';
import { impl } from '../../src/step/impl.js';

const count = step({ id: 'count', in: { n: z.number() }, out: { list: z.array(z.number()) } });
const add = step({ id: 'add', in: { a: z.number(), b: z.number() }, out: { sum: z.number() } });
const steps = [
  impl(count, ({ n }) => ({ list: Array.from({ length: n }, (_, k) => 10_000 + k) })),
  impl(add, ({ a, b }) => ({ sum: a + b })),
];
const N = { type: 'number' } as const;

/** Adds to each number its index, then again and again `k`, until it is divisible by 7. */
const document: Document = {
  id: 'sums',
  in: { n: N, k: N },
  steps: { count: manifestOf(count), add: manifestOf(add) },
  nodes: {
    numbers: { step: 'count', in: { n: '$in.n' } },
    each: {
      each: 'numbers.list',
      nodes: {
        first: { step: 'add', in: { a: '$item', b: '$index' } },
        more: {
          loop: { state: { sum: N }, until: { expr: 'sum % 7 == 0' }, max: 20 },
          in: { sum: 'first.sum' },
          nodes: { again: { step: 'add', in: { a: '$state.sum', b: '$in.k' } } },
          next: { sum: 'again.sum' },
        },
      },
      out: { sum: 'more.sum' },
    },
  },
  out: { sums: 'each.sum' },
};

function sumOf(index: number, k: number): number {
  let sum = 10_000 + 2 * index + k;
  while (sum % 7 !== 0) sum += k;
  return sum;
}

test.each([0, 3, 1300])('an each over a list of %i, with a loop in it, runs in this process', async n => {
  const run = runLocal(document, { steps, input: { n, k: 1 } });
  expect(await run.result()).toEqual({ sums: Array.from({ length: n }, (_, index) => sumOf(index, 1)) });
});

test('an item whose loop comes to no end is left out and told', async () => {
  const run = runLocal(document, { steps, input: { n: 2, k: 7 } });
  expect(await run.result()).toEqual({ sums: [] });
  const { nodes: _, ...view } = await run.view();
  expect(view).toMatchObject({ status: 'completed_with_errors' });
});
