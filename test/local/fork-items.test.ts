import { expect, test } from 'vitest';
import { z } from 'zod';
import { prepareFork } from '../../src/client/prepare-fork.js';
import { compile, graph, impl, step } from '../../src/index.js';
import { runFork, runHere } from '../../src/local/run-local.js';
import { createMemoryStore } from '../../src/store/memory-store.js';

const n = z.number();
const moody = step({ id: 'moody', in: { n }, out: { n }, retry: { attempts: 1 } });
const items = graph({ id: 'items', in: { list: z.array(n) }, out: { list: z.array(n) } }, (g, i) => {
  const each = g.each(i.list, { as: 'each' }, (g, item) => ({ out: { n: g.run(moody, { n: item }).n } }));
  return { out: { list: each.n } };
});

test('an each that has lost an item is executed again by a fork', async () => {
  let times = 0;
  const steps = [
    impl(moody, ({ n: value }) => {
      times += 1;
      if (value === 1 && times <= 3) throw new Error('not yet');
      return { n: value };
    }),
  ];
  const store = createMemoryStore();
  const run = runHere(items, { steps, store, input: { list: [0, 1, 2] } });
  expect(await run.result()).toEqual({ list: [0, 2] });
  const fork = await prepareFork(await run.source(), {}, items, store);
  const again = runFork(compile(items.document), fork, { steps, store }, items);
  expect(await again.result()).toEqual({ list: [0, 1, 2] });
  expect((await again.view()).status).toBe('completed');
});
