import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document, StepNode } from '../../src/document/document.js';
import { addEdge, addNode, removeEdge, removeNode, updateNode } from '../../src/document/edit.js';
import { references } from '../../src/document/body.js';
import { edges, inEdges, outEdges } from '../../src/document/edges.js';
import { parseDocument } from '../../src/document/parse.js';
import { documents } from './arbitrary.js';
import { frozen } from './frozen.js';

/** beans → grind → brew → serve, and warm → brew: four nodes, three edges between them. */
function coffee(): Document {
  const nodes = ['grind', 'warm', 'brew', 'serve'];
  const empty = nodes.reduce((graph, id) => addNode(graph, id, { step: id }), frozen({ id: 'coffee' }));
  const wires = [
    ['grind.powder', 'brew.powder'],
    ['warm.water', 'brew.water'],
    ['brew.coffee', 'serve.cup'],
  ] as const;
  return wires.reduce((graph, [from, to]) => addEdge(graph, from, to), empty);
}

describe('OI-01: building and editing a graph', () => {
  test('OI-01: four nodes and three edges are read as edges in and out', () => {
    const graph = coffee();
    expect(parseDocument(graph).ok).toBe(true);
    expect(edges(graph)).toHaveLength(3);
    expect(inEdges(graph, 'brew')).toEqual([
      { from: 'grind.powder', to: 'brew.powder' },
      { from: 'warm.water', to: 'brew.water' },
    ]);
    expect(outEdges(graph, 'brew')).toEqual([{ from: 'brew.coffee', to: 'serve.cup' }]);
    expect(inEdges(graph, 'grind')).toEqual([]);
    expect(outEdges(graph, 'serve')).toEqual([]);
  });

  test('OI-01: an edge that is there already is counted once', () => {
    const graph = coffee();
    expect(addEdge(graph, 'grind.powder', 'brew.powder')).toBe(graph);
    const twice = updateNode(
      graph,
      'serve',
      node => ({ ...node, in: { cup: { list: ['brew.coffee', 'brew.coffee'] } } }) as StepNode,
    );
    expect(inEdges(twice, 'serve')).toEqual([{ from: 'brew.coffee', to: 'serve.cup' }]);
    expect(addEdge(twice, 'brew.coffee', 'serve.cup')).toBe(twice);
  });

  test('OI-01: a removed node takes its edges along', () => {
    const graph = removeNode(coffee(), 'brew');
    expect(Object.keys(graph.nodes ?? {})).toEqual(['grind', 'warm', 'serve']);
    expect(edges(graph)).toEqual([]);
    expect(graph.nodes?.['serve']).toEqual({ step: 'serve' });
  });

  test('OI-01: an unknown id changes nothing', () => {
    const graph = coffee();
    expect(removeNode(graph, 'tea')).toBe(graph);
    expect(removeNode(graph, 'toString')).toBe(graph);
    expect(updateNode(graph, 'tea', node => ({ ...node }))).toBe(graph);
    expect(removeEdge(graph, 'tea.leaf', 'brew.powder')).toBe(graph);
    expect(removeEdge(graph, 'grind.powder', 'tea.leaf')).toBe(graph);
    expect(removeEdge(graph, 'grind.powder', 'no target')).toBe(graph);
    expect(inEdges(graph, 'tea')).toEqual([]);
  });

  test('OI-01: a node is updated by a function', () => {
    const graph = updateNode(coffee(), 'grind', node => ({ ...(node as StepNode), timeout: '30s' }));
    expect(graph.nodes?.['grind']).toEqual({ step: 'grind', timeout: '30s' });
    expect(updateNode(graph, 'grind', node => node)).toBe(graph);
  });
});

describe('nodes', () => {
  test.each([
    ['grind', 'duplicate_id', 'the graph "coffee" has a node "grind" already'],
    ['a b', 'bad_id', 'expected an id'],
    ['items', 'reserved_name', '"items" is reserved'],
  ])('%s can not be added: %s', (id, code, message) => {
    expect(() => addNode(coffee(), id, { step: 'tea' })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
    );
  });

  test('may have ids that all objects have', () => {
    const graph = addNode({ id: 'g' }, 'toString', { step: 'a' });
    expect(addEdge(graph, 'valueOf.x', 'toString.hasOwnProperty').nodes).toEqual({
      toString: { step: 'a', in: { hasOwnProperty: 'valueOf.x' } },
    });
    expect(() => addEdge(graph, 'a.b', 'valueOf.x')).toThrow('no node "valueOf"');
  });

  test('take the protection of their ports along when they are removed', () => {
    const protect = { 'grind.powder': 'never', 'grind/$in.beans': 'never', '$in.beans': 'never' } as const;
    const graph = frozen({ ...coffee(), protect: { ...protect, 'brew/$in.powder': 'with-reason' } } as const);
    expect(removeNode(graph, 'grind').protect).toEqual({ '$in.beans': 'never', 'brew/$in.powder': 'with-reason' });
    expect(removeNode({ ...coffee(), protect: { 'grind.powder': 'never' } }, 'grind')).not.toHaveProperty('protect');
  });

  test('leave forms, conditions, outputs and clusters when they are removed', () => {
    const graph: Document = {
      id: 'g',
      nodes: {
        gone: { step: 'a' },
        n: {
          step: 'b',
          in: {
            some: { first: ['gone.x', 'kept.x', { list: [{ flat: 'gone.y' }] }] },
            none: { list: ['gone.x', { first: ['gone.y'] }] },
            literal: { value: 'gone.x' },
          },
          when: { expr: 'p and q', in: { p: 'gone.x', q: 'kept.x' } },
        },
        m: { graph: 'c', when: 'gone.x' },
        pause: { sleep: '5m', in: { value: 'gone.x' } },
        kept: { step: 'a' },
      },
      out: { o: 'gone.x', p: { first: ['gone.x', { value: 1 }] } },
      clusters: { mill: { nodes: ['gone', 'n'] }, other: { nodes: ['gone'], queue: 'q' } },
    };
    const left = removeNode(frozen(graph), 'gone');
    expect(left).toEqual({
      id: 'g',
      nodes: {
        n: {
          step: 'b',
          in: { some: { first: ['kept.x'] }, literal: { value: 'gone.x' } },
          when: { expr: 'p and q', in: { q: 'kept.x' } },
        },
        m: { graph: 'c' },
        pause: { sleep: '5m' },
        kept: { step: 'a' },
      },
      out: { p: { first: [{ value: 1 }] } },
      clusters: { mill: { nodes: ['n'] }, other: { nodes: [], queue: 'q' } },
    });
    expect(parseDocument(left).ok).toBe(true);
    expect(left.nodes?.['kept']).toBe(graph.nodes?.['kept']);
  });
});

describe('edges', () => {
  const graph: Document = frozen({
    id: 'g',
    in: { x: {} },
    nodes: {
      a: { step: 's', in: { p: { first: [{ flat: { list: ['$in.x', 'b.y'] } }, 'b.y', { value: 'b.z' }] } } },
      b: { step: 's', when: { expr: 'n > 1', in: { n: { first: ['$in.x', 'a.z'] } } } },
      c: { graph: 'h', when: 'a.yes' },
      d: { sleep: 5, in: { value: 'a.y' } },
    },
    out: { o: { list: ['a.y', '$in.x'] } },
  } as const);

  test('are seen inside forms and conditions, and into the outputs of the graph', () => {
    expect(edges(graph).map(({ from, to }) => `${from} -> ${to}`)).toEqual([
      '$in.x -> a.p',
      'b.y -> a.p',
      '$in.x -> b.$when',
      'a.z -> b.$when',
      'a.yes -> c.$when',
      'a.y -> d.value',
      'a.y -> $out.o',
      '$in.x -> $out.o',
    ]);
    expect(outEdges(graph, '$in').map(({ to }) => to)).toEqual(['a.p', 'b.$when', '$out.o']);
    expect(inEdges(graph, '$out').map(({ from }) => from)).toEqual(['a.y', '$in.x']);
  });

  test('are added to inputs, conditions and outputs of the graph', () => {
    const added = [
      ['$in.x', 'b.p'],
      ['c.o', 'a.$when'],
      ['c.o', '$out.new'],
    ].reduce((document, [from = '', to = '']) => addEdge(document, from, to), graph);
    expect(added.nodes?.['b']).toMatchObject({ in: { p: '$in.x' } });
    expect(added.nodes?.['a']).toMatchObject({ when: 'c.o' });
    expect(added.out).toMatchObject({ new: 'c.o' });
  });

  test.each([
    ['c.o', 'a.p', 'port_taken', '"a.p" is fed by {"first":'],
    ['c.o', 'd.value', 'port_taken', 'by "a.y" already, so "c.o" can\'t feed it'],
    ['c.o', 'b.$when', 'port_taken', '"b.$when" is fed by'],
    ['c.o', '$out.o', 'port_taken', '"$out.o" is fed by'],
    ['c.o', 'nope.p', 'unknown_node', 'the graph "g" has no node "nope"'],
    ['c.o', 'd.valeu', 'unknown_port', 'the input `value` only'],
    ['c.o', 'd.$when', 'unknown_port', 'the input `value` only'],
    ['c.o', '$in.x', 'bad_reference', 'expected an edge to'],
    ['c.o', '$out.$when', 'bad_reference', 'expected an edge to'],
    ['c', 'b.p', 'bad_reference', 'expected an edge from'],
    ['c.$when', 'b.p', 'bad_reference', 'expected an edge from'],
  ])('from %s to %s can not be added: %s', (from, to, code, message) => {
    expect(() => addEdge(graph, from, to)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
    );
  });

  test('are taken out of the forms they are in', () => {
    const left = removeEdge(removeEdge(graph, 'b.y', 'a.p'), '$in.x', 'b.$when');
    const p = { first: [{ flat: { list: ['$in.x'] } }, { value: 'b.z' }] };
    expect(left.nodes?.['a']).toEqual({ step: 's', in: { p } });
    expect(left.nodes?.['b']).toEqual({ step: 's', when: { expr: 'n > 1', in: { n: { first: ['a.z'] } } } });
    expect(removeEdge(left, 'b.y', 'a.p')).toBe(left);
  });
});

describe('any edits of any document', () => {
  test('leave their argument alone, and leave a valid document without the edges that went', () => {
    fc.assert(
      fc.property(documents(), fc.nat(), (given, choice) => {
        const document = frozen(given);
        for (const id of Object.keys(document.nodes ?? {})) {
          const left = removeNode(document, id);
          expect(parseDocument(left).ok).toBe(true);
          const others = edges(document).filter(
            ({ from, to }) => !from.startsWith(`${id}.`) && !to.startsWith(`${id}.`),
          );
          expect(edges(left)).toEqual(others);
        }
        const all = edges(document);
        const edge = all[choice % Math.max(all.length, 1)];
        if (edge === undefined) return;
        const without = removeEdge(document, edge.from, edge.to);
        expect(parseDocument(without).ok).toBe(true);
        expect(edges(without)).toEqual(all.filter(({ from, to }) => from !== edge.from || to !== edge.to));
      }),
      { numRuns: 50 },
    );
  });

  test('an edge that is added to a port that nothing feeds, and removed again, leaves what was there', () => {
    fc.assert(
      fc.property(documents(), document => {
        for (const [id, node] of Object.entries(document.nodes ?? {})) {
          if (!('step' in node) || node.in === undefined || 'new' in node.in) continue;
          const added = addEdge(frozen(document), 'a.x', `${id}.new`);
          expect(inEdges(added, id)).toContainEqual({ from: 'a.x', to: `${id}.new` });
          const removed = removeEdge(added, 'a.x', `${id}.new`);
          const { [id]: found, ...others } = removed.nodes ?? {};
          expect({ in: {}, ...found }).toEqual(node);
          expect(others).toEqual({ ...document.nodes, [id]: undefined });
        }
      }),
      { numRuns: 30 },
    );
  });

  test('references of a form are given once each, in the order they are written', () => {
    expect(references({ first: ['b.x', { list: ['a.x', 'b.x'] }, { value: 'c.x' }] })).toEqual(['b.x', 'a.x']);
  });
});
