import { expect, test } from 'vitest';
import { applyEvent } from '../../src/engine/apply.js';
import { takeChanged } from '../../src/engine/changes.js';
import { createState } from '../../src/engine/create-state.js';
import { createEngine } from '../../src/engine/engine.js';
import { literal } from '../../src/value/leaf.js';
import { buildPlan } from './build-plan.js';
import { override } from './changes-of.js';

const pagesOf = (concurrency: number) =>
  buildPlan({
    in: ['list'],
    nodes: [
      {
        id: 'pages',
        in: { items: '$in.list' },
        scoped: {
          kind: 'item',
          from: { kind: 'list', concurrency },
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

test('nodes of scopes that open and close in one event have changed, once', () => {
  const engine = createEngine(pagesOf(1), {}, [override('pages/scan.y', 1)]);
  const told = (): string[] => engine.changed().map(({ address, status }) => `${address} ${status}`);
  engine.apply({ kind: 'started', at: 0, inputs: { '$in.list': literal([1, 2]) } });
  expect(told().toSorted()).toEqual([
    'pages completed',
    'pages[0]/scan short-circuited',
    'pages[1]/scan short-circuited',
  ]);
  expect(told()).toEqual([]);
});

test('an event costs what it changes, not a look at every scope that is open', () => {
  const items = 1000;
  const state = createState(pagesOf(items), { concurrency: items });
  const inputs = { '$in.list': literal(Array.from({ length: items }, (_, k) => k)) };
  const commands = applyEvent(state, { kind: 'started', at: 0, inputs });
  expect([takeChanged(state).length > 0, state.scopes.size]).toEqual([true, items + 1]);
  const all = [...state.scopes.values()];
  let looks = 0;
  const counted = function* <T>(from: Iterable<T>): MapIterator<T> {
    for (const one of from) {
      looks += 1;
      yield one;
    }
  };
  Object.assign(state.scopes, {
    keys: () => counted(all.map(scope => scope.id)),
    values: () => counted(all),
    entries: () => counted(all.map(scope => [scope.id, scope] as const)),
    [Symbol.iterator]: () => counted(all.map(scope => [scope.id, scope] as const)),
  });
  const executed = commands.flatMap(command => (command.kind === 'execute' ? [command.exec] : []));
  for (const exec of executed) {
    applyEvent(state, { kind: 'completed', at: 0, exec, outputs: { y: literal(1) } });
    expect(takeChanged(state).map(({ scope }) => scope.prefix)).toEqual([`pages[${exec - 1}]/`]);
  }
  expect([executed.length, looks]).toEqual([200, 0]);
  // It does count.
  expect([[...state.scopes].length, looks]).toEqual([all.length, all.length]);
});
