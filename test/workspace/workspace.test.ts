/** What a workspace is before anything runs. */
import { expect, test } from 'vitest';
import { addEdge, removeEdge } from '../../src/document/edit.js';
import type { Document } from '../../src/document/document.js';
import { compile as compileGraph } from '../../src/graph/compile.js';
import {
  compile,
  createWorkspace,
  dispatch,
  parallel,
  pool,
  updateGraph,
  withClusters,
  withInterventions,
  type Workspace,
} from '../../src/workspace/index.js';
import { demo, fan, registered } from './fixtures.js';

const namesOf = ({ plan, bundles = [] }: Workspace) =>
  bundles.map(({ cluster, nodes }) => `${cluster}: ${nodes.map(n => plan?.bodies[0]?.nodes[n]?.id).join(', ')}`);

test('OI-02: compile gives a workspace with plan and bundles, and leaves the one it is given', () => {
  const workspace = createWorkspace('demo', fan);
  const compiled = compile(workspace);
  expect(workspace.plan).toBeUndefined();
  expect(namesOf(compiled)).toEqual(['default: step1, step2, step3, step4']);
  expect(compiled.bundles).toMatchObject([
    { stage: 0, requires: ['step1/$in.in', 'step2/$in.in'], exports: ['step4.out1', 'step4.out2'] },
  ]);
  for (const part of [workspace, compiled, compiled.plan, compiled.bundles, compiled.drafting.memory]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

test('OI-06: the same graph twice gives the same plan, whatever else is in the workspace', () => {
  const [one, other] = [createWorkspace('one', fan), createWorkspace('other', fan.document)].map(compile);
  expect(other?.plan).toEqual(one?.plan);
  expect(one?.plan?.hash).toBe(compileGraph(fan).hash);
});

test('OI-03: clusters of the workspace split bundles, and what lies behind a node inherits its label', () => {
  expect(namesOf(compile(createWorkspace('demo', fan, { clusters: { step3: 'red' } })))).toEqual([
    'default: step1, step2',
    'red: step3, step4',
  ]);
  const clusters = { step1: 'red', step2: 'blue' };
  expect(namesOf(compile(createWorkspace('demo', fan, { clusters })))).toEqual([
    'blue: step2',
    'red: step1',
    'blue+red: step3, step4',
  ]);
});

test("OI-03: a node's cluster in the workspace wins over that of the graph, whose queue and limit stay", () => {
  const own = { red: { nodes: ['step3'], queue: 'mill', limit: 2 }, blue: { nodes: ['step1'] } };
  const graph: Document = { ...fan.document, clusters: own };
  const { plan } = compile(createWorkspace('demo', graph, { clusters: { step1: 'red', step2: 'green' } }));
  const clusters = {
    red: { nodes: ['step3', 'step1'], queue: 'mill', limit: 2 },
    blue: { nodes: [] },
    green: { nodes: ['step2'] },
  };
  expect(plan.hash).toBe(compileGraph({ ...graph, clusters }).hash);
  expect(graph.clusters).toEqual(own);
});

test('OI-04: a cycle, and a cluster of a node that is not there, are named, and nothing is stored', () => {
  const workspace = updateGraph(createWorkspace('demo', fan, { clusters: { step9: 'red' } }), graph =>
    addEdge(removeEdge(graph, '$in.a', 'step1.in'), 'step4.out1', 'step1.in'),
  );
  expect(() => compile(workspace)).toThrow(
    expect.objectContaining({
      code: 'invalid_graph',
      issues: [
        expect.objectContaining({ code: 'unknown_node', path: '/clusters/red/nodes/0' }),
        expect.objectContaining({ code: 'cycle', message: expect.stringMatching(/step1.*step3.*step4/) }),
      ],
    }),
  );
  expect(workspace).not.toHaveProperty('plan');
});

test('a workspace with another graph or other clusters has to be compiled again, one with other interventions not', () => {
  const compiled = compile(createWorkspace('demo', fan));
  const wired = updateGraph(compiled, graph =>
    addEdge(removeEdge(graph, '$in.b', 'step2.in'), 'step1.out', 'step2.in'),
  );
  expect(wired).not.toHaveProperty('plan');
  expect(withClusters(compiled, { step1: 'red' })).not.toHaveProperty('bundles');
  expect(updateGraph(compiled, graph => graph)).toBe(compiled);
  expect(withInterventions(compiled, {}).plan).toBe(compiled.plan);
  expect(compiled).toHaveProperty('plan');
});

test('OI-08: interventions by `node|port` are those by address', () => {
  const { interventions } = createWorkspace('demo', demo, {
    interventions: {
      'up|text': { kind: 'input', value: 'hello' },
      'hard/ocr|text': { kind: 'override', value: 'x', reason: 'why' },
      '$in.beans': { kind: 'input', value: 20 },
    },
  });
  expect(interventions).toEqual([
    { at: 'up/$in.text', kind: 'input', value: 'hello' },
    { at: 'hard/ocr.text', kind: 'override', value: 'x', reason: 'why' },
    { at: '$in.beans', kind: 'input', value: 20 },
  ]);
});

test('OI-07: dispatch without compile is `not_compiled`', async () => {
  await expect(dispatch(createWorkspace('demo', demo), { on: registered })).rejects.toMatchObject({
    code: 'not_compiled',
  });
});

test.each([
  ['a pool without a queue', () => pool({ size: 2 } as never), 'queue'],
  ['a pool with a blank queue', () => pool({ queue: ' ', size: 2 }), 'queue'],
  ['a pool without a size', () => pool({ queue: 'heavy' } as never), 'size'],
  ['a pool of size 0', () => pool({ queue: 'heavy', size: 0 }), 'size'],
  ['half a concurrency', () => parallel({ concurrency: 1.5 }), 'concurrency'],
  ['a workspace without a name', () => createWorkspace('', demo), 'name'],
])('OI-11 OI-12: %s is refused before anything runs', (_, make, what) => {
  expect(make).toThrow(
    expect.objectContaining({ code: 'invalid_option', message: expect.stringContaining(`${what}: expected`) }),
  );
});
