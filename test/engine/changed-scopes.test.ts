import { expect, test } from 'vitest';
import { createEngine } from '../../src/engine/engine.js';
import { literal } from '../../src/value/leaf.js';
import { buildPlan } from './build-plan.js';
import { override } from './changes-of.js';

test('nodes of scopes that open and close in one event have changed, once', () => {
  const plan = buildPlan({
    in: ['list'],
    nodes: [
      {
        id: 'pages',
        in: { items: '$in.list' },
        scoped: {
          kind: 'item',
          from: { kind: 'list', concurrency: 1 },
          body: {
            in: ['item', 'index'],
            nodes: [{ id: 'scan', in: { x: '$in.item' }, out: ['y'] }],
            out: { y: 'scan.y' },
          },
        },
      },
    ],
    out: { y: 'pages.y' },
  });
  const engine = createEngine(plan, {}, [override('pages/scan.y', 1)]);
  const told = (): string[] => engine.changed().map(({ address, status }) => `${address} ${status}`);
  engine.apply({ kind: 'started', at: 0, inputs: { '$in.list': literal([1, 2]) } });
  expect(told().toSorted()).toEqual([
    'pages completed',
    'pages[0]/scan short-circuited',
    'pages[1]/scan short-circuited',
  ]);
  expect(told()).toEqual([]);
});
