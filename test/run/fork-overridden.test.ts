import { expect, test } from 'vitest';
import { z } from 'zod';
import { prepareFork } from '../../src/client/prepare-fork.js';
import { compile, graph, impl, step } from '../../src/index.js';
import type { Intervention } from '../../src/intervention/intervention.js';
import { runFork, runHere } from '../../src/local/run-local.js';
import type { RunView } from '../../src/run/run.js';
import { createMemoryStore } from '../../src/store/memory-store.js';

const n = z.number();
const same = step({ id: 'same', in: { n }, out: { n } });
const sum = step({ id: 'sum', in: { list: z.array(n) }, out: { n } });
const steps = [impl(same, input => input), impl(sum, ({ list }) => ({ n: list.reduce((a, b) => a + b, 0) }))];
const rows = graph({ id: 'rows', in: { rows: z.array(z.array(n)) }, out: { total: n, other: n } }, (g, i) => {
  const all = g.each(i.rows, { as: 'rows' }, (g, row) => {
    const each = g.each(row, { as: 'each' }, (g, item) => ({ out: { n: g.run(same, { n: item }).n } }));
    const twice = g.loop(
      { as: 'twice', state: { n }, init: { n: g.run(sum, { list: each.n }).n }, max: 2 },
      (g, state) => ({
        next: { n: g.run(same, { n: state.n }, { as: 'again' }).n },
      }),
    );
    return { out: { n: twice.n } };
  });
  const other = g.run(same, { n: 7 }, { as: 'other' });
  return { out: { total: g.run(sum, { list: all.n }, { as: 'total' }).n, other: other.n } };
});

const override = (at: string, value: number): Intervention => ({ at, kind: 'override', value });
/** Nodes that an override is in. */
const marked = ({ nodes }: RunView): readonly string[] =>
  nodes.flatMap(({ at, overridden }) => (overridden ? [at] : []));

const CASES: readonly (readonly [at: string, total: number])[] = [
  ['rows[1]/each[0]/same.n', 17],
  ['rows/each[1]/same.n', 24],
  ['rows[0]/twice@0/again.n', 17],
];

test.each(CASES)('I13 an override at %s is in all that follows from that, also in forks', async (at, total) => {
  const store = createMemoryStore();
  const interventions = [override(at, 10)];
  const run = runHere(rows, {
    steps,
    store,
    input: {
      rows: [
        [1, 2],
        [3, 4],
      ],
    },
    interventions,
  });
  expect(await run.result()).toEqual({ total, other: 7 });
  expect(marked(await run.view())).toEqual(['rows', 'total']);

  const fork = await prepareFork(await run.source(), { from: ['other', 'total'] }, rows, store);
  const again = runFork(compile(rows.document), fork, { steps, store }, rows);
  expect(await again.result()).toEqual({ total, other: 7 });
  const view = await again.view();
  expect([marked(view), view.status, view.unused]).toEqual([['rows', 'total'], 'completed_with_overrides', undefined]);

  // What is executed again in it has no need of what was known.
  const third = await prepareFork(await again.source(), { from: ['rows'] }, rows, store);
  const last = runFork(compile(rows.document), third, { steps, store }, rows);
  expect(await last.result()).toEqual({ total, other: 7 });
  expect(marked(await last.view())).toEqual(['rows', 'total']);
});

test('I13 what an override in an item does not change is not marked', async () => {
  const store = createMemoryStore();
  const run = runHere(rows, {
    steps,
    store,
    input: { rows: [[1], [2]] },
    interventions: [override('rows[9]/each[0]/same.n', 1)],
  });
  expect(await run.result()).toEqual({ total: 3, other: 7 });
  const view = await run.view();
  expect([marked(view), view.status]).toEqual([[], 'completed']);
});
