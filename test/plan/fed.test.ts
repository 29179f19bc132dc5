import { expect, test } from 'vitest';
import { isTarget, namesOf, targetOf } from '../../src/intervention/target.js';
import { fedPlan, isFed } from '../../src/plan/fed.js';
import { buildPlan } from '../engine/build-plan.js';

const plan = buildPlan({
  in: ['x'],
  nodes: [
    { id: 'a', in: { x: '$in.x' }, out: ['y'] },
    {
      id: 'many',
      in: { of: 'a.y' },
      scoped: { kind: 'item', body: { in: ['n', 'of'], nodes: [], out: { n: '$in.n' } } },
    },
  ],
  out: { y: 'a.y', n: 'many.n' },
});

test('a runner’s plan is one node around the graph, whose bodies are one further', () => {
  const fed = fedPlan(plan);
  expect([isFed(plan), isFed(fed)]).toEqual([false, true]);
  expect(fed.bodies.map(({ nodes }) => nodes.map(({ id }) => id))).toEqual([['$'], ['a', 'many'], []]);
  expect(fed.bodies[1]?.nodes[1]).toMatchObject({ kind: 'scoped', body: 2 });
  expect(fed.bodies[0]).toMatchObject({ inputs: 0, slots: 2 });
  expect([fed.inputs, fed.open]).toEqual([[], []]);
});

test('IV-13: an address without an input stands for every one of them', () => {
  const names = namesOf(fedPlan(plan));
  const scopesOf = (text: string) => {
    const target = targetOf(names, text);
    return isTarget(target) ? [target.body, target.scopes] : target.code;
  };
  expect(scopesOf('a.y')).toEqual([1, [null]]);
  expect(scopesOf('$[3]/a.y')).toEqual([1, [3]]);
  expect(scopesOf('$[3]/b.y')).toBe('unknown_node');
  expect(targetOf(namesOf(plan), '$[3]/a.y')).toMatchObject({ code: 'bad_address' });
});
