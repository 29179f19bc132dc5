import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Document } from '../../src/document/document.js';
import { graph } from '../../src/graph/graph.js';
import { manifestOf } from '../../src/graph/manifest.js';
import { step } from '../../src/graph/step.js';
import { compile } from '../../src/plan/compile.js';
import { GATHER, SLICE } from '../../src/protocol/names.js';
import { impl } from '../../src/step/impl.js';
import { Live } from './harness.js';
import { largestPayload, typeName } from './history.js';

const n = z.number();
const count = step({ id: 'count', in: { n }, out: { list: z.array(n) } });
const add = step({ id: 'add', in: { a: n, b: n }, out: { sum: n } });
const live = Live.use({
  steps: [
    impl(count, ({ n: length }) => ({ list: Array.from({ length }, (_, k) => 1_000_000 + k) })),
    impl(add, ({ a, b }) => ({ sum: a + b })),
  ],
});

const N = { type: 'number' } as const;
const steps = { count: manifestOf(count), add: manifestOf(add) };
/** Ports alone: the plan comes from a document. */
const sums = graph({ id: 'sums', in: { n }, out: { sums: z.array(n) } }, g => ({
  out: { sums: g.run(count, { n: 0 }).list },
}));

const document: Document = {
  id: 'sums',
  in: { n: N },
  steps,
  nodes: {
    numbers: { step: 'count', in: { n: '$in.n' } },
    each: {
      each: 'numbers.list',
      concurrency: 100,
      nodes: { first: { step: 'add', in: { a: '$item', b: '$index' } } },
      out: { sum: 'first.sum' },
    },
  },
  out: { sums: 'each.sum' },
};

test('an each over a list in the store asks for its items slice by slice', async () => {
  const run = await live.start(sums, { n: 600 }, { plan: compile(document) });
  const expected = Array.from({ length: 600 }, (_, k) => 1_000_000 + 2 * k);
  expect(await run.result()).toEqual({ sums: expected });
  const history = await run.history();
  const types = history.of('ActivityTaskScheduled').map(typeName);
  expect(types.filter(type => type === SLICE)).toHaveLength(2);
  expect(types.filter(type => type === 'add')).toHaveLength(600);
  expect(types.filter(type => type === GATHER)).toHaveLength(1);
  const small = history.of('ActivityTaskScheduled').filter(event => typeName(event) !== GATHER);
  expect(largestPayload(small)).toBeLessThan(1024);
});

test('each item of an each has a loop of its own, over links', async () => {
  const again: Document = {
    ...document,
    nodes: {
      each: {
        each: { value: [0, 10, 20] },
        nodes: {
          more: {
            loop: { state: { sum: N }, until: { expr: 'sum >= 23' }, max: 30 },
            in: { sum: '$item' },
            nodes: { add: { step: 'add', in: { a: '$state.sum', b: '$in.n' } } },
            next: { sum: 'add.sum' },
          },
        },
        out: { sum: 'more.sum' },
      },
    },
  };
  const run = await live.start(sums, { n: 3 }, { plan: compile(again), linkLimits: { events: 40 } });
  expect(await run.result()).toEqual({ sums: [24, 25, 23] });
  const [started] = (await run.history()).events;
  expect(started?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toMatch(/./);
});
