import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { impl } from '../../src/index.js';
import { runLocal } from '../../src/local/run-local.js';
import { check } from '../../src/plan/compile.js';
import { add, arbitraryStreams, split, sum } from '../plan/arbitrary-streams.js';

const steps = [
  impl(split, async function* () {
    for (let page = 0; page < 3; page += 1) yield { page };
    return { pages: 3 };
  }),
  impl(add, ({ a, b = 0 }) => ({ n: a + b })),
  impl(sum, ({ list }) => ({ n: list.length })),
];

test('ST-04 streams that compile lets pass come to their end, with room for one item at a time', async () => {
  const documents = fc
    .sample(arbitraryStreams, 300)
    .filter(document => check(document).length === 0)
    .slice(0, 60);
  expect(documents.length).toBe(60);
  const ended = await Promise.all(documents.map(document => runLocal(document, { steps }).ended()));
  expect(new Set(ended)).toEqual(new Set(['completed']));
});
