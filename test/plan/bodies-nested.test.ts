import { describe, expect, it } from 'vitest';
import type { Document, DocumentNode, Form } from '../../src/document/document.js';
import { compile } from '../../src/plan/compile.js';
import type { Body, Plan } from '../../src/plan/plan.js';
import { cafe, nodeOf, rootOf, scopedOf, STEPS } from './kitchen.js';

const N = { type: 'number' } as const;
const LIST = { type: 'array', items: N } as const;
const grind = (beans: Form): DocumentNode => ({ step: 'grind', in: { beans } });
const each = (list: Form, inside: Record<string, DocumentNode>, out: Record<string, Form> = {}): DocumentNode => ({
  each: list,
  nodes: inside,
  out,
});
const idsIn = ({ nodes }: Body): readonly string[] => nodes.map(({ id }) => id);
const clusterOf = ({ clusters }: Plan, body: Body, id: string): unknown => clusters[nodeOf(body, id).cluster ?? -1];

/** Grinds twice, with a cluster of its own and an output that is not to be changed. */
const TWICE: Document = {
  id: 'twice',
  in: { beans: N },
  nodes: { one: grind('$in.beans'), two: grind('one.powder') },
  out: { powder: 'two.powder' },
  clusters: { mill: { nodes: ['one'], queue: 'mill' } },
  protect: { 'two.powder': 'never', '$in.beans': 'with-reason' },
};

describe('a nested graph in a body', () => {
  const document = cafe({
    in: { list: LIST, yes: { type: 'boolean' } },
    nodes: {
      p: each(
        '$in.list',
        {
          x: { graph: 'twice', in: { beans: '$item' }, when: '$in.yes' },
          y: { graph: 'twice', in: { beans: 'x.powder' } },
        },
        { powder: 'y.powder' },
      ),
    },
    graphs: { twice: TWICE },
  });
  const { plan, root } = rootOf(document);
  const { body } = scopedOf(plan, root, 'p');

  it('is put in place, in each use', () => {
    expect(idsIn(body)).toEqual(['x/one', 'x/two', 'y/one', 'y/two']);
    const ports = body.forms.flatMap(form => (form.kind === 'port' ? [form.address] : []));
    expect(ports.toSorted()).toEqual(['x.powder', 'x/$in.beans', 'y.powder', 'y/$in.beans']);
    expect(plan.contracts).toHaveLength(1);
  });

  it('is under its condition, which may read what is around', () => {
    expect(body.conditions).toEqual([{ kind: 'is', of: 2 }]);
    expect(body.nodes.map(({ guards }) => guards)).toEqual([[0], [0], undefined, undefined]);
  });

  it('has clusters and protected ports that are called by their way through the each', () => {
    expect(plan.clusters.map(({ name }) => name)).toEqual(['p/x/mill', 'p/y/mill']);
    expect(clusterOf(plan, body, 'y/one')).toEqual({ name: 'p/y/mill', queue: 'mill' });
    expect(nodeOf(body, 'y/two').cluster).toBeUndefined();
    expect(plan.protected).toEqual({
      'p/x/$in.beans': 'with-reason',
      'p/x/two.powder': 'never',
      'p/y/$in.beans': 'with-reason',
      'p/y/two.powder': 'never',
    });
  });
});

describe('an each in a nested graph that is used twice', () => {
  const inner: Document = {
    id: 'mills',
    in: { list: LIST, more: { ...N, default: 4 } },
    nodes: { p: each('$in.list', { g: grind('$item'), h: grind('$in.more') }, { powder: 'g.powder' }) },
    out: { powders: 'p.powder' },
    clusters: { mill: { nodes: ['p'], limit: 2 } },
  };
  const document = cafe({
    in: { n: N, list: LIST, yes: { type: 'boolean' } },
    nodes: {
      x: { graph: 'mills', in: { list: '$in.list', more: '$in.n' }, when: '$in.yes' },
      y: { graph: 'mills', in: { list: 'x.powders' } },
    },
    graphs: { mills: inner },
  });
  const { plan, root } = rootOf(document);

  it('has a body in each use, that captures what is there', () => {
    expect(idsIn(root)).toEqual(['x/p', 'y/p']);
    expect(plan.bodies).toHaveLength(3);
    for (const id of ['x/p', 'y/p']) {
      const { node, body } = scopedOf(plan, root, id);
      expect([idsIn(body), body.inputs, node.in.length]).toEqual([['g', 'h'], 3, 2]);
      const more = root.forms[-1 - (node.in[1] ?? 0)];
      expect(more).toMatchObject({ kind: 'port', address: `${id.slice(0, 1)}/$in.more` });
    }
  });

  it('is under the condition of its graph; what is in it is not, as it does not open', () => {
    const { node, body } = scopedOf(plan, root, 'x/p');
    expect([node.guards, nodeOf(root, 'y/p').guards]).toEqual([[0], undefined]);
    expect(body.nodes.map(({ guards }) => guards)).toEqual([undefined, undefined]);
  });

  it('hands its cluster, which is of the use, to its nodes', () => {
    for (const id of ['x', 'y']) {
      const { body } = scopedOf(plan, root, `${id}/p`);
      for (const node of ['g', 'h']) expect(clusterOf(plan, body, node)).toEqual({ name: `${id}/mill`, limit: 2 });
    }
  });
});

it('a cluster goes to all nodes however deep in eaches and loops, but not to those that have one of their own', () => {
  const document = cafe({
    nodes: {
      p: each(
        { value: [1] },
        {
          l: {
            loop: { state: {}, max: 1 },
            nodes: { g: grind('$item'), t: { graph: 'twice', in: { beans: '$item' } } },
          },
        },
      ),
      q: each({ value: [1] }, { g: grind('$item') }),
    },
    clusters: { bar: { nodes: ['p'] } },
    graphs: { twice: TWICE },
  });
  const { plan, root } = rootOf(document);
  const p = scopedOf(plan, root, 'p');
  const l = scopedOf(plan, p.body, 'l');
  const names = l.body.nodes.map(({ id, cluster = -1 }) => [id, plan.clusters[cluster]?.name]);
  expect(names).toEqual([
    ['g', 'bar'],
    ['t/one', 'p/l/t/mill'],
    ['t/two', 'bar'],
  ]);
  expect(clusterOf(plan, p.body, 'l')).toEqual({ name: 'bar' });
  expect(nodeOf(scopedOf(plan, root, 'q').body, 'g').cluster).toBeUndefined();
});

describe('steps and graphs in a body', () => {
  it('are those of the document around, however deep', () => {
    const own = { grind: { out: { powder: N }, version: 'own' } };
    const document = cafe({
      nodes: { x: { graph: 'g' }, p: each({ value: [1] }, { a: grind('$item') }) },
      graphs: {
        g: {
          id: 'g',
          steps: own,
          nodes: { p: each({ value: [1] }, { q: each({ value: [1] }, { a: { step: 'grind' } }) }) },
        },
      },
    });
    const { plan, root } = rootOf(document);
    const inner = scopedOf(plan, scopedOf(plan, root, 'x/p').body, 'q').body;
    const versions = [inner, scopedOf(plan, root, 'p').body].map(body => {
      const node = nodeOf(body, 'a');
      return node.kind === 'step' ? plan.contracts[node.contract]?.version : undefined;
    });
    expect(versions).toEqual(['own', undefined]);
  });

  it('count towards what a plan may come to', () => {
    const nested = (k: number): Document => ({
      id: `g${k}`,
      nodes: Object.fromEntries(
        Array.from({ length: 11 }, (_, i) => [
          `p${i}`,
          each({ value: [1] }, { x: k === 0 ? grind('$item') : { graph: `g${k - 1}` } }),
        ]),
      ),
    });
    const graphs = Object.fromEntries(Array.from({ length: 6 }, (_, k) => [`g${k}`, nested(k)]));
    const tooLarge = () => compile({ id: 'root', steps: STEPS, nodes: { x: { graph: 'g5' } }, graphs });
    expect(tooLarge).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ code: 'too_large' })] }));
  });
});
