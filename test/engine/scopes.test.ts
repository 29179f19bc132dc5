import { describe, expect, test } from 'vitest';
import { buildPlan } from './build-plan.js';
import { Drive } from './drive.js';

describe('scopes', () => {
  const each = (onFailure: 'stop' | 'continue') =>
    buildPlan({
      in: ['k'],
      nodes: [
        {
          id: 'pages',
          in: { k: '$in.k' },
          scoped: {
            kind: 'item',
            onFailure,
            body: {
              in: ['item', 'k'],
              nodes: [
                { id: 'a', in: { x: '$in.item' }, out: ['y'] },
                { id: 'b', in: { x: 'a.y', k: '$in.k' }, out: ['y'] },
              ],
              out: { y: 'b.y' },
            },
          },
        },
        { id: 'join', in: { l: 'pages.y' }, out: ['y'] },
      ],
      out: { y: 'join.y' },
    });
  const items = (...list: number[]) => list.map(inline => [{ size: 1, inline }]);

  test('each item has a scope of its own, and the results come in index order', () => {
    const d = new Drive(each('continue')).start({ k: 10 });
    d.event({ kind: 'items', scope: 0, node: 0, first: 0, items: items(1, 2) });
    d.event({ kind: 'items', scope: 0, node: 0, first: 1, items: items(2, 3) });
    expect(d.running).toEqual(['pages[0]/a', 'pages[1]/a', 'pages[2]/a']);
    d.complete('pages[2]/a', { y: 3 })
      .complete('pages[2]/b', { y: 'three' })
      .event({ kind: 'ended', scope: 0, node: 0 });
    d.complete('pages[0]/a', { y: 1 });
    expect(d.inputsOf('pages[0]/b')).toEqual({ x: 1, k: 10 });
    d.complete('pages[0]/b', { y: 'one' }).fail('pages[1]/a');
    expect(d.inputsOf('join')).toEqual({ l: ['one', 'three'] });
    expect(d.complete('join', { y: 1 }).finish).toMatchObject({
      status: 'completed',
      failures: [{ address: 'pages[1]/a' }],
    });
  });

  test('under stop a failed item closes the other items and fails the run', () => {
    const d = new Drive(each('stop')).start({ k: 1 });
    d.event({ kind: 'items', scope: 0, node: 0, first: 0, items: items(1, 2) }).fail('pages[0]/a');
    expect(d.last).toContainEqual({ kind: 'cancel', exec: d.flying.get('pages[1]/a')?.exec });
    expect(d.close('pages[1]/a').finish).toMatchObject({ status: 'failed', error: { address: 'pages[0]/a' } });
  });

  test('with no items at all the list is empty', () => {
    const d = new Drive(each('continue')).start({ k: 1 }).event({ kind: 'ended', scope: 0, node: 0 });
    expect(d.inputsOf('join')).toEqual({ l: [] });
  });

  test('iterations carry their last state out', () => {
    const body = { in: ['n'], nodes: [{ id: 'inc', in: { n: '$in.n' }, out: ['n'] }], out: { n: 'inc.n' } };
    const plan = buildPlan({ nodes: [{ id: 'loop', scoped: { kind: 'iteration', body } }], out: { n: 'loop.n' } });
    const d = new Drive(plan).start();
    for (let i = 0; i < 3; i += 1) {
      d.event({ kind: 'items', scope: 0, node: 0, first: i, items: items(i) }).complete(`loop@${i}/inc`, { n: i + 1 });
    }
    expect(d.event({ kind: 'ended', scope: 0, node: 0 }).outputs).toEqual({ n: 3 });
  });
});
