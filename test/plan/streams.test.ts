import { describe, expect, it } from 'vitest';
import type { Document, DocumentNode, Manifest } from '../../src/document/document.js';
import { manifestDigest } from '../../src/document/manifest-digest.js';
import { compile } from '../../src/plan/compile.js';
import { planHash } from '../../src/plan/hash.js';
import {
  inputNames,
  isStream,
  outputCount,
  outputNames,
  type Body,
  type PlanScoped,
  type PlanStep,
} from '../../src/plan/plan.js';
import { namesOf, targetOf } from '../../src/intervention/target.js';
import { nodeOf, rootOf, stepOf } from './kitchen.js';

const N = { type: 'integer' } as const;
const TEXT = { type: 'string' } as const;
const BIG = { type: 'object' } as const;
const SPLIT: Manifest = {
  in: { pdf: { ...TEXT, default: '' } },
  out: { pages: N },
  yields: { page: N, image: BIG, note: { ...TEXT, optional: true } },
};
const STEPS: Readonly<Record<string, Manifest>> = {
  split: SPLIT,
  scan: { in: { image: BIG, page: N, of: { ...N, optional: true } }, out: { text: TEXT } },
  join: { in: { texts: { type: 'array', items: TEXT } }, out: { text: TEXT } },
};
const docs = (nodes: Readonly<Record<string, DocumentNode>>, parts: Partial<Document> = {}): Document => ({
  ...{ id: 'docs', steps: STEPS, nodes },
  ...parts,
});
const scan = (of?: string): DocumentNode => ({
  step: 'scan',
  in: { image: '$item.image', page: '$item.page', ...(of !== undefined && { of }) },
});
const split: DocumentNode = { step: 'split' };
const scopedOf = (body: Body, id: string): PlanScoped => {
  const node = nodeOf(body, id);
  if (node.kind !== 'scoped') throw new Error(`${id} is a ${node.kind}`);
  return node;
};

const YIELDS = [
  { name: 'image', schema: BIG },
  { name: 'note', schema: { ...TEXT, optional: true }, optional: true },
  { name: 'page', schema: N },
];
const LIMITS = { concurrency: 1000, ordered: true, buffer: 1000 };

describe('a stream in a plan', () => {
  const { plan, root } = rootOf(docs({ split, all: { collect: 'split.items' } }));
  const node = stepOf(root, 'split');

  it('has its yields in its contract, and a port for its items behind its outputs', () => {
    expect(plan.contracts[node.contract]).toMatchObject({ out: [{ name: 'pages', schema: N }], yields: YIELDS });
    expect(isStream(plan, node)).toBe(true);
    expect([outputNames(plan, node), outputCount(plan, node)]).toEqual([['pages', 'items'], 2]);
    expect(nodeOf(root, 'all').out).toBe(node.out + 2);
  });

  it('has in its contract which yield is its cursor', () => {
    const steps = { ...STEPS, split: { ...SPLIT, cursor: 'page' } };
    const [contract] = rootOf(docs({ split }, { steps })).plan.contracts;
    expect(contract?.yields?.[contract.cursor ?? -1]).toMatchObject({ name: 'page' });
    expect(contract?.digest).toBe(manifestDigest(steps.split));
  });

  it('is another contract than a step without them, or with others', () => {
    const { yields: _, ...step } = SPLIT;
    const digests = [SPLIT, step, { ...step, yields: { page: N } }, { ...SPLIT, cursor: 'page' }].map(manifestDigest);
    expect(new Set(digests).size).toBe(4);
    expect(manifestDigest({ ...step, yields: {} })).toBe(manifestDigest(step));
    expect(plan.contracts[node.contract]?.digest).toBe(digests[0]);
  });

  it('is changed from outside by a list of objects of its yields', () => {
    const properties = { image: BIG, note: TEXT, page: N };
    const item = { type: 'object', properties, required: ['image', 'page'], additionalProperties: false };
    const schema = { type: 'array', items: item };
    const slot = node.out + 1;
    expect(targetOf(namesOf(plan), 'split.items')).toMatchObject({ place: { kind: 'output', slot }, schema });
    expect(targetOf(namesOf(plan), 'split.pages')).toMatchObject({ place: { slot: node.out }, schema: N });
    expect(targetOf(namesOf(plan), 'all/$in.items')).toMatchObject({ place: { kind: 'reader', port: 0 }, schema });
    expect(targetOf(namesOf(plan), 'split.page')).toMatchObject({ code: 'unknown_port' });
  });
});

describe('an each over the items of a stream', () => {
  const pages: DocumentNode = { each: 'split.items', nodes: { scan: scan('$in.most') }, out: { text: 'scan.text' } };
  const document = docs({ split, pages, join: { step: 'join', in: { texts: 'pages.text' } } }, { in: { most: N } });

  it('reads the slot of the items, then what it captures', () => {
    const { plan, root } = rootOf(document);
    const node = scopedOf(root, 'pages');
    expect(node).toMatchObject({
      in: [stepOf(root, 'split').out + 1, 0],
      scopes: 'item',
      onFailure: 'continue',
      from: { kind: 'items', yields: YIELDS, ...LIMITS, onStreamFailure: 'keep' },
    });
    expect([inputNames(plan, node), outputNames(plan, node)]).toEqual([['items'], ['text']]);
  });

  it('has a body whose inputs are the yields by name, the index, and what is captured', () => {
    const { plan, root } = rootOf(document);
    const body = plan.bodies[scopedOf(root, 'pages').body] as Body;
    const [image, page, most] = [0, 2, 4];
    expect(body.inputs).toBe(5);
    expect(stepOf(body, 'scan').in).toEqual([image, most, page]);
  });

  it('takes its limits as given', () => {
    const own = { concurrency: 2, buffer: 7, ordered: false, onFailure: 'stop' } as const;
    const { root } = rootOf(docs({ split, pages: { ...pages, ...own } }, { in: { most: N } }));
    const { onFailure, ...from } = own;
    expect(scopedOf(root, 'pages')).toMatchObject({ onFailure, from });
  });

  it('is found in bodies, in nested graphs and by the name of an each', () => {
    const inner: DocumentNode = {
      each: 'split.items',
      nodes: { z: { sleep: 1, in: { value: 'inner.$item.page' } } },
      out: { n: 'z.value', at: '$index' },
    };
    const { plan, root } = rootOf(
      docs(
        { outer: { each: { value: [1] }, nodes: { split, inner }, out: { n: 'inner.n' } }, g: { graph: 'g' } },
        { graphs: { g: { id: 'g', nodes: { split, inner } } } },
      ),
    );
    const eaches = plan.bodies.flatMap(({ nodes }) => nodes).filter(({ id }) => id.endsWith('inner'));
    expect(eaches).toHaveLength(2);
    expect(eaches).toEqual(
      eaches.map(() => expect.objectContaining({ from: expect.objectContaining({ kind: 'items' }) as unknown })),
    );
    expect(plan.bodies[scopedOf(root, 'outer').body]?.outputs[0]?.schema).toMatchObject({ type: 'array', items: N });
  });

  it('is one over a list where a step that is no stream has an output of that name', () => {
    const steps = { ...STEPS, split: { out: { items: { type: 'array', items: TEXT } } } } as const;
    const over: DocumentNode = { each: 'split.items', nodes: { z: { sleep: 1, in: { value: '$item' } } } };
    expect(scopedOf(rootOf(docs({ split, over }, { steps })).root, 'over').from?.kind).toBe('list');
  });
});

describe('a collect', () => {
  it.each([
    [undefined, 'skip'],
    [false, 'skip'],
    [true, 'keep'],
  ] as const)('with partial %s has a body of no nodes that gives its fields, and %ss', (partial, onStreamFailure) => {
    const all = { collect: 'split.items', ...(partial !== undefined && { partial }) };
    const { plan, root } = rootOf(docs({ split, all }, { out: { images: 'all.image', pages: 'all.page' } }));
    const node = scopedOf(root, 'all');
    const from = { kind: 'items', yields: YIELDS, ...LIMITS, onStreamFailure };
    expect(node).toMatchObject({ in: [stepOf(root, 'split').out + 1], scopes: 'item', from });
    expect(plan.bodies[node.body]).toMatchObject({
      ...{ inputs: 4, slots: 4, nodes: [], conditions: [] },
      outputs: [
        { name: 'image', of: 0 },
        { name: 'note', of: 1 },
        { name: 'page', of: 2 },
      ],
    });
    expect(root.outputs.map(({ name, schema }) => [name, schema])).toEqual([
      ['images', { type: 'array', items: BIG }],
      ['pages', { type: 'array', items: N }],
    ]);
  });
});

describe('what conditions read of an item', () => {
  const when = { expr: 'i.size > 1', in: { i: '$item.image' } };
  const asking: DocumentNode = { ...scan(), when };
  const peeks = ['/size', '/size#has'];

  it.each<[string, Document]>([
    ['an each', docs({ split, pages: { each: 'split.items', nodes: { asking } } })],
    [
      'an each in it',
      docs({
        split,
        pages: {
          each: 'split.items',
          nodes: {
            again: {
              each: { value: [1] },
              nodes: { b: { step: 'split', when: { ...when, in: { i: 'pages.$item.image' } } } },
            },
          },
        },
      }),
    ],
    [
      'an each over what a collect gives',
      docs({
        split,
        all: { collect: 'split.items' },
        pages: { each: 'all.image', nodes: { b: { step: 'split', when: { ...when, in: { i: '$item' } } } } },
      }),
    ],
  ])('is asked of the stream by %s', (_, document) => {
    const node = stepOf(rootOf(document).root, 'split');
    expect(node.itemPeeks).toEqual({ image: peeks });
    expect(node).not.toHaveProperty('peeks');
  });

  it('is in the hash, and is something else than what is read of an output', () => {
    const pages: DocumentNode = { each: 'split.items', nodes: { asking } };
    const plan = compile(docs({ split, pages }));
    const hashOf = (more: Partial<PlanStep>): string => {
      const [root, ...others] = plan.bodies as readonly [Body, ...Body[]];
      const { itemPeeks: _, ...bare } = stepOf(root, 'split');
      const nodes = root.nodes.map(node => (node.id === 'split' ? { ...bare, ...more } : node));
      return planHash({ ...plan, bodies: [{ ...root, nodes }, ...others] });
    };
    const hashes = [{}, { itemPeeks: { image: peeks } }, { itemPeeks: { page: peeks } }, { peeks: { image: peeks } }];
    expect(new Set(hashes.map(hashOf)).size).toBe(4);
    expect(hashOf({ itemPeeks: { image: peeks } })).toBe(plan.hash);
  });
});
