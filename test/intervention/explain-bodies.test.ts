import { expect, test } from 'vitest';
import type { SentIntervention } from '../../src/intervention/intervention.js';
import { explain } from '../../src/intervention/explain.js';
import { literal } from '../../src/value/leaf.js';
import { buildPlan, type NodeSpec } from '../engine/build-plan.js';
import { override } from '../engine/changes-of.js';

const polish: NodeSpec = {
  id: 'polish',
  in: { text: 'scan.text' },
  scoped: {
    kind: 'iteration',
    from: { kind: 'loop', max: 2 },
    body: {
      in: ['text', 'iteration'],
      nodes: [{ id: 'better', in: { t: '$in.text' }, out: ['text'] }],
      out: { text: 'better.text' },
    },
  },
};
const plan = buildPlan({
  in: ['pages', 'k'],
  nodes: [
    {
      id: 'pages',
      in: { items: '$in.pages', k: '$in.k' },
      scoped: {
        kind: 'item',
        from: { kind: 'list' },
        body: {
          in: ['item', 'index', 'k'],
          nodes: [
            { id: 'look', in: { item: '$in.item' }, out: ['yes'], pure: true },
            { id: 'scan', in: { item: '$in.item' }, when: 'look.yes', out: ['text'] },
            polish,
          ],
          out: { text: 'polish.text' },
        },
      },
    },
  ],
  out: { text: 'pages.text' },
});
const inputs = { '$in.pages': literal([1]), '$in.k': literal(1) };
const explained = (...interventions: readonly SentIntervention[]) =>
  explain(plan, inputs, interventions).nodes.map(({ at, step, verdict }) => `${at} ${step} ${verdict}`);

test('nodes in scopes are explained once, for every item or iteration', () => {
  expect(explain(plan, inputs).nodes.map(({ at, verdict, why }) => `${at} ${verdict}: ${why}`)).toEqual([
    'pages run: its inputs are there',
    'pages/look run: once for each item',
    'pages/scan conditional: its condition is decided for each item',
    'pages/polish run: once for each item',
    'pages/polish/better run: once for each iteration',
  ]);
});

test.each([
  ['at a node of each item', 'pages/scan.text', 'pages/scan scan short-circuited'],
  ['at an output of a loop', 'pages/polish.text', 'pages/polish loop short-circuited'],
  ['in one item only', 'pages[1]/look.yes', 'pages/look look run'],
  ['at an output of the each', 'pages.text', 'pages each short-circuited'],
])('an override %s', (_, at, expected) => {
  expect(explained(override(at, 1))).toContain(expected);
});

test('what stands in leaves out what only that needed, and what is in it', () => {
  expect(explained(override('pages/scan.text', 1))).toContain('pages/look look pruned');
  expect(explained(override('pages.text', []))).toEqual(['pages each short-circuited']);
});

test.each([
  ['its items', { '$in.k': literal(1) }, 'input items needs $in.pages, which is missing'],
  ['what is read in it', { '$in.pages': literal([]) }, 'a node in it needs $in.k, which is missing'],
])('an each without %s is blocked', (_, given, why) => {
  expect(explain(plan, given).nodes).toEqual([{ at: 'pages', step: 'each', verdict: 'blocked', why, by: [] }]);
});
