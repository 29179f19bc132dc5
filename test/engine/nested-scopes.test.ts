import { describe, expect, test } from 'vitest';
import { buildPlan, type BodySpec, type NodeSpec } from './build-plan.js';
import { override } from './changes-of.js';
import { Drive } from './drive.js';

const each = (id: string, body: BodySpec, onFailure: 'stop' | 'continue', concurrency = 1000): NodeSpec => ({
  id,
  in: { items: '$in.list' },
  scoped: { kind: 'item', onFailure, from: { kind: 'list', concurrency }, body },
});
const cells: BodySpec = {
  in: ['cell', 'index'],
  nodes: [{ id: 'read', in: { cell: '$in.cell' }, out: ['y'] }],
  out: { y: 'read.y' },
};
/** Rows of cells; `rows[1]/cells[0]/read` reads the first cell of the second row. */
const table = (concurrency?: number) =>
  buildPlan({
    in: ['list'],
    nodes: [
      each(
        'rows',
        { in: ['list', 'index'], nodes: [each('cells', cells, 'stop')], out: { y: 'cells.y' } },
        'continue',
        concurrency,
      ),
    ],
    out: { y: 'rows.y' },
  });
const TABLE = [
  [1, 2],
  [3, 4],
];

describe('an each in an each', () => {
  test('that stops at a failure fails its item only', () => {
    const d = new Drive(table()).start({ list: TABLE }).fail('rows[0]/cells[1]/read');
    expect(d.last).toEqual([{ kind: 'cancel', exec: d.flying.get('rows[0]/cells[0]/read')?.exec }]);
    d.close('rows[0]/cells[0]/read').complete('rows[1]/cells[0]/read', { y: 3 });
    expect(d.complete('rows[1]/cells[1]/read', { y: 4 }).finish).toMatchObject({
      status: 'completed',
      failures: [{ address: 'rows[0]/cells[1]/read' }],
    });
    expect(d.outputs).toEqual({ y: [[3, 4]] });
  });

  test('takes interventions in scopes that have not opened, however deep, and in no others', () => {
    const d = new Drive(table(1)).start({ list: TABLE });
    const ended = d.complete('rows[0]/cells[0]/read', { y: 1 });
    for (const at of [
      'rows[1]/cells[0]/read.y',
      'rows[0]/cells[0]/read.y',
      'rows/cells[1]/read.y',
      'rows/cells/read.y',
    ]) {
      ended.intervene(override(at, 9));
    }
    expect(d.came('rows[1]/cells[0]/read.y')).toBe('applied used');
    expect(d.came('rows[0]/cells[0]/read.y')).toBe('too-late not-used');
    expect(d.came('rows/cells[1]/read.y')).toBe('replaced-attempt used');
    expect(d.running).not.toContain('rows[1]/cells[0]/read');
    d.close('rows[0]/cells[1]/read');
    expect(d.outputs).toEqual({
      y: [
        [1, 9],
        [9, 9],
      ],
    });
  });
});

describe('many scopes', () => {
  const passed: BodySpec = { in: ['item', 'index'], nodes: [], out: { y: '$in.item' } };
  const list = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

  test('without steps take turns: no more than 1,000 open in one', () => {
    const plan = buildPlan({ in: ['list'], nodes: [each('pass', passed, 'stop', 7)], out: { y: 'pass.y' } });
    const d = new Drive(plan).start({ list: list(100_000) });
    for (let turn = 1; turn <= 100; turn += 1) {
      expect(d.engine.snapshot().scopes[0]?.scoped[0]?.[1]).toMatchObject({ opened: 1000 * turn, done: 1000 * turn });
      d.wait(1);
    }
    expect(d.gather().outputs['y']).toHaveLength(100_000);
  });

  test('a loop without steps takes turns as well, and keeps its last state only', () => {
    const body: BodySpec = { in: ['n', 'iteration'], nodes: [], out: { n: '$in.iteration' } };
    const from = { kind: 'loop', max: 5000 } as const;
    const nodes: NodeSpec[] = [{ id: 'count', in: { n: '$in.n' }, scoped: { kind: 'iteration', from, body } }];
    const d = new Drive(buildPlan({ in: ['n'], nodes, out: { n: 'count.n' } })).start({ n: 0 });
    for (let turn = 1; !d.finish; turn += 1) {
      const progress = d.engine.snapshot().scopes[0]?.scoped[0]?.[1];
      expect([progress?.opened, progress?.results.last.length]).toEqual([1000 * turn, 1]);
      d.wait(1);
    }
    expect(d.outputs).toEqual({ n: 4999 });
  });

  test('of three steps each leave nothing behind but their outputs, and cost no more the more there are', () => {
    const ids = ['a', 'b', 'c'];
    const nodes = ids.map((id, k) => ({ id, in: { x: k === 0 ? '$in.item' : `${ids[k - 1]}.y` }, out: ['y'] }));
    const body: BodySpec = { in: ['item', 'index'], nodes, out: { y: 'c.y' } };
    const plan = buildPlan({ in: ['list'], nodes: [each('all', body, 'stop', 50)], out: { y: 'all.y' } });
    const count = 20_000;
    const d = new Drive(plan).start({ list: list(count) });
    let executed = 0;
    let most = 0;
    while (!d.finish) {
      for (const address of d.running) {
        d.complete(address, { y: 1 });
        executed += 1;
      }
      if (executed % 999 === 0) most = Math.max(most, d.engine.snapshot().scopes.length);
      d.gather().wait(1);
    }
    expect([executed, d.all.filter(({ kind }) => kind === 'execute').length]).toEqual([3 * count, 3 * count]);
    expect(most).toBeLessThanOrEqual(51);
  });
});
