import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document, DocumentNode, Manifest } from '../../src/document/document.js';
import { bundlesOf, type Bundle } from '../../src/plan/bundles.js';
import { compile } from '../../src/plan/compile.js';
import type { Body, Plan } from '../../src/plan/plan.js';
import { arbitraryDocument } from './arbitrary.js';
import {
  homes,
  inputsOf,
  labelsIn,
  levelsIn,
  onCycles,
  outputsOf,
  producerOf,
  producersOf,
  readersBySlot,
} from './bundle-oracle.js';

const N = { type: 'number' } as const;
const STEPS: Readonly<Record<string, Manifest>> = {
  one: { in: { in: N }, out: { out: N } },
  two: { in: { a: N, b: N }, out: { out1: N, out2: N } },
  test: { in: { in: N }, out: { yes: { type: 'boolean' } } },
};
const one = (from?: string): DocumentNode => ({ step: 'one', ...(from !== undefined && { in: { in: from } }) });
const two = (a: string, b: string): DocumentNode => ({ step: 'two', in: { a, b } });
const document = (parts: Partial<Document>): Document => ({ id: 'g', steps: STEPS, ...parts });

/** `red: step3, step4`, in order, with the stage before each. */
const shown = (plan: Plan): readonly string[] =>
  bundlesOf(plan).map(({ cluster, nodes, stage }) => `${stage} ${cluster}: ${namesOf(plan, nodes).join(', ')}`);
const namesOf = (plan: Plan, nodes: readonly number[]): readonly string[] =>
  nodes.map(n => plan.bodies[0]?.nodes[n]?.id ?? '');
const shownOf = (parts: Partial<Document>): readonly string[] => shown(compile(document(parts)));

/** step1, step2 → step3 → step4[out1, out2] */
const FAN = {
  step1: one(),
  step2: one(),
  step3: two('step1.out', 'step2.out'),
  step4: two('step3.out1', 'step3.out2'),
};

describe('bundles', () => {
  it('OI-02: are one if nothing is labelled, with what the graph needs and gives at its border', () => {
    const bundles = bundlesOf(compile(document({ nodes: FAN })));
    expect(bundles).toEqual([
      {
        cluster: 'default',
        nodes: [0, 1, 2, 3],
        stage: 0,
        requires: ['step1/$in.in', 'step2/$in.in'],
        exports: ['step4.out1', 'step4.out2'],
      },
    ]);
  });

  it('OI-02: are not in the plan, which stays as it is', () => {
    const plan = compile(document({ nodes: FAN }));
    const before = JSON.stringify(plan);
    expect(bundlesOf(plan)).toEqual(bundlesOf(plan));
    expect(JSON.stringify(plan)).toBe(before);
    expect(bundlesOf(compile({ id: 'empty' }))).toEqual([]);
  });

  it('OI-03: are split by a label, which those behind it inherit', () => {
    const plan = compile(document({ nodes: FAN, clusters: { red: { nodes: ['step3'] } } }));
    expect(shown(plan)).toEqual(['0 default: step1, step2', '1 red: step3, step4']);
    const [first, red] = bundlesOf(plan);
    expect(first?.exports).toEqual(['step1.out', 'step2.out']);
    expect([red?.requires, red?.exports]).toEqual([
      ['step3/$in.a', 'step3/$in.b'],
      ['step4.out1', 'step4.out2'],
    ]);
  });

  it('OI-03: of a node behind two labels have both names, sorted; the default is none of them', () => {
    const clusters = { red: { nodes: ['step1'] }, blue: { nodes: ['step2'] } };
    const nodes = { ...FAN, plain: one(), mixed: two('plain.out', 'step1.out'), all: two('step4.out1', 'step2.out') };
    expect(shownOf({ nodes, clusters })).toEqual([
      '0 blue: step2',
      '0 default: plain',
      '1 red: step1, mixed',
      '2 blue+red: step3, step4, all',
    ]);
  });

  it('OI-03: of a cluster that another one would wait for, and it for that one, are cut by level', () => {
    const nodes = { a: one(), b: one('a.out'), c: one('b.out'), d: one(), e: one('d.out') };
    const clusters = { red: { nodes: ['a', 'c', 'd'] }, blue: { nodes: ['b'] }, green: { nodes: ['e'] } };
    expect(shownOf({ nodes, clusters })).toEqual(['0 red: a, d', '1 blue: b', '1 green: e', '2 red: c']);
  });

  it('OI-13: wait for conditions and for what forms are made of; independent ones share a stage', () => {
    const nodes: Record<string, DocumentNode> = {
      look: { step: 'test' },
      a: { step: 'one', when: 'look.yes' },
      b: { step: 'one', in: { in: { first: ['a.out', { value: 1 }] } } },
      c: { step: 'one', in: { in: { value: 1 } } },
    };
    const clusters = { A: { nodes: ['a'] }, B: { nodes: ['b'] }, C: { nodes: ['c'] }, L: { nodes: ['look'] } };
    const plan = compile(document({ nodes, clusters }));
    expect(shown(plan)).toEqual(['0 C: c', '0 L: look', '1 A: a', '2 B: b']);
    expect(bundlesOf(plan).map(({ requires }) => requires)).toEqual([[], ['look/$in.in'], ['a/$in.in'], ['b/$in.in']]);
  });

  it('OI-02: require what nodes of items and iterations read from around them, by their addresses', () => {
    const LIST = { type: 'array', items: N } as const;
    const nodes: Record<string, DocumentNode> = {
      a: one('$in.n'),
      b: one('$in.n'),
      pages: {
        each: '$in.list',
        nodes: {
          x: two('$item', 'a.out'),
          deep: {
            loop: { state: { s: N }, max: 2 },
            in: { s: 'a.out' },
            next: { s: 'y.out1' },
            nodes: { y: two('$state.s', 'b.out') },
          },
          z: two('x.out1', '$index'),
        },
        out: { z: 'z.out2' },
      },
    };
    const clusters = { red: { nodes: ['a'] }, blue: { nodes: ['b', 'pages'] } };
    const plan = compile(document({ in: { n: N, list: LIST }, nodes, clusters }));
    const inside = ['pages/$in.items', 'pages/x/$in.b', 'pages/deep/$in.s'];
    expect(bundlesOf(plan).map(({ cluster, requires }) => [cluster, new Set(requires)])).toEqual([
      ['red', new Set(['a/$in.in'])],
      ['blue', new Set(['b/$in.in', ...inside])],
    ]);
    const other = compile(
      document({
        in: { n: N, list: LIST },
        nodes,
        clusters: { red: { nodes: ['a', 'b'] }, blue: { nodes: ['pages'] } },
      }),
    );
    expect(new Set(bundlesOf(other)[1]?.requires)).toEqual(new Set([...inside, 'pages/deep/y/$in.b']));
  });

  it('inherit through conditions and nested graphs, and call an open port by its own address, once', () => {
    const hard: Document = {
      id: 'hard',
      in: { must: N, image: N },
      nodes: { x: two('$in.must', '$in.image'), y: two('$in.must', 'x.out1') },
      out: { text: 'y.out1' },
    };
    const nodes: Record<string, DocumentNode> = {
      look: { step: 'test' },
      gated: { step: 'one', in: { in: { value: 1 } }, when: 'look.yes' },
      hard: { graph: 'hard', in: { image: 'look.yes' } },
      end: one('hard.text'),
    };
    const steps = { ...STEPS, test: { in: { in: N }, out: { yes: {} } } };
    const plan = compile(
      document({ steps, nodes, graphs: { hard }, clusters: { red: { nodes: ['look'] }, blue: { nodes: ['hard'] } } }),
    );
    expect(shown(plan)).toEqual(['0 red: look, gated', '1 blue: hard/x, hard/y, end']);
    expect(bundlesOf(plan).map(({ requires, exports }) => [requires, exports])).toEqual([
      [['look/$in.in'], ['look.yes', 'gated.out']],
      [
        ['hard/$in.must', 'hard/x/$in.b'],
        ['hard/x.out2', 'hard/y.out2', 'end.out'],
      ],
    ]);
  });

  it('need what the guard of a value needs, though the value is a literal', () => {
    const through: Document = { id: 'through', in: { p: N }, out: { p: '$in.p' } };
    const nodes: Record<string, DocumentNode> = {
      look: { step: 'test' },
      g: { graph: 'through', in: { p: { value: 1 } }, when: 'look.yes' },
      b: one('g.p'),
      c: { step: 'one', in: { in: { value: 1 } }, when: 'look.yes' },
    };
    const clusters = { L: { nodes: ['look', 'c'] }, B: { nodes: ['b'] } };
    const bundles = bundlesOf(compile(document({ nodes, clusters, graphs: { through } })));
    expect(bundles.map(({ cluster, requires, exports }) => [cluster, requires, exports])).toEqual([
      ['L', ['look/$in.in'], ['look.yes', 'c.out']],
      ['B', ['b/$in.in'], ['b.out']],
    ]);
  });

  it('export what the graph gives, though their own nodes read it, too', () => {
    const nodes = { a: one('$in.n'), b: one('a.out'), c: one('b.out') };
    const [bundle] = bundlesOf(compile(document({ in: { n: N }, nodes, out: { x: 'a.out' } })));
    expect([bundle?.requires, bundle?.exports]).toEqual([['a/$in.in'], ['a.out', 'c.out']]);
  });

  it('are the one named `default` also for nodes that are labelled so', () => {
    const nodes = { a: one(), b: one('a.out'), c: one(), d: one('c.out') };
    const clusters = { default: { nodes: ['b', 'd'] }, red: { nodes: ['a'] } };
    expect(shownOf({ nodes, clusters })).toEqual(['0 red: a', '1 default: b, c, d']);
  });
});

/** Three labels all over, so that they often make cycles. */
const plans = fc
  .tuple(arbitraryDocument({ breadth: 'wide', maxNodes: 20 }), fc.array(fc.nat({ max: 4 }), { minLength: 20 }))
  .map(([document, draws]) => {
    const labelled = (label: number) => Object.keys(document.nodes ?? {}).filter((_, k) => draws[k] === label);
    const clusters = { red: { nodes: labelled(0) }, blue: { nodes: labelled(1) }, green: { nodes: labelled(2) } };
    return compile({ ...document, clusters });
  });

describe('for any plan', () => {
  it('OI-02 OI-13: every node is in one bundle, and stages lead from bundle to bundle', () => {
    fc.assert(
      fc.property(plans, plan => {
        const bundles = bundlesOf(plan);
        const body = plan.bodies[0] as Body;
        expect(bundles.flatMap(({ nodes }) => nodes).sort((a, b) => a - b)).toEqual([...body.nodes.keys()]);
        const home = homes(bundles);
        body.nodes.forEach((_, n) => {
          const others = producersOf(plan, n).filter(p => home[p] !== home[n]);
          expect(others.every(p => (home[p]?.stage ?? 0) < (home[n]?.stage ?? 0))).toBe(true);
        });
        for (const bundle of bundles) {
          const before = bundle.nodes.flatMap(n => producersOf(plan, n).map(p => home[p]));
          const latest = Math.max(-1, ...before.map(each => (each === bundle ? -1 : (each?.stage ?? -1))));
          expect(bundle.stage).toBe(latest + 1);
        }
        const keys = bundles.map(({ stage, cluster }) => `${String(stage).padStart(9)} ${cluster}`);
        expect(keys).toEqual(keys.toSorted());
      }),
      { numRuns: 150 },
    );
  });

  it('OI-03: labels are as declared or inherited, and a cluster is cut only where it is on a cycle, by level', () => {
    let cut = 0;
    fc.assert(
      fc.property(plans, plan => {
        const labels = labelsIn(plan);
        const bundles = bundlesOf(plan);
        const expected = new Map<string, number[]>();
        const cyclic = onCycles(plan, labels);
        const levels = levelsIn(plan, labels);
        labels.forEach((label, n) => {
          const key = cyclic.has(label) ? `${label} ${levels[n]}` : label;
          expected.set(key, [...(expected.get(key) ?? []), n]);
        });
        cut += cyclic.size > 0 ? 1 : 0;
        const sorted = (groups: readonly (readonly number[])[]) => groups.map(group => group.join()).sort();
        expect(sorted(bundles.map(({ nodes }) => nodes))).toEqual(sorted([...expected.values()]));
        for (const { cluster, nodes } of bundles) for (const n of nodes) expect(labels[n]).toBe(cluster);
      }),
      { numRuns: 150 },
    );
    expect(cut).toBeGreaterThan(0);
  });

  it('OI-02: what is required and exported is what crosses the border', () => {
    fc.assert(
      fc.property(plans, plan => {
        const bundles = bundlesOf(plan);
        const home = homes(bundles);
        const body = plan.bodies[0] as Body;
        const readers = readersBySlot(plan);
        for (const bundle of bundles) {
          const inputs = bundle.nodes.flatMap(n => inputsOf(plan, n));
          const outside = inputs.filter(({ slots }) => slots.some(slot => home[producerOf(plan, slot)] !== bundle));
          expect(new Set(bundle.requires)).toEqual(new Set(outside.map(({ address }) => address)));
          const outputs = bundle.nodes.flatMap(n => outputsOf(plan, n));
          const given = outputs.filter(({ slot }) => {
            const by = readers[slot] ?? new Set();
            return by.size === 0 || [...by].some(n => home[n] !== bundle);
          });
          expect(bundle.exports).toEqual(given.map(({ address }) => address));
        }
        expect(body.nodes.length).toBe(home.length);
      }),
      { numRuns: 150 },
    );
  });
});

describe('of large plans', () => {
  const MANY = 100_000;
  /** How long it takes, compile being 1. */
  const timed = (given: Document): readonly [number, readonly Bundle[]] => {
    const start = performance.now();
    const plan = compile(given);
    const compiled = performance.now();
    const bundles = bundlesOf(plan);
    return [(performance.now() - compiled) / (compiled - start), bundles];
  };
  const many = (nodes: (k: number) => DocumentNode, clusters: Document['clusters'] = {}): Document => {
    const ids = Array.from({ length: MANY }, (_, k) => `n${k}`);
    return document({ nodes: Object.fromEntries(ids.map((id, k) => [id, nodes(k)])), clusters });
  };
  const chain = (k: number): DocumentNode => one(k === 0 ? undefined : `n${k - 1}.out`);
  const half = (rest: number) => Array.from({ length: MANY / 2 }, (_, k) => `n${k * 2 + rest}`);

  it('take about as long as compile: a chain of 100,000, one that changes its label each time, one form for all', () => {
    const [plain, single] = timed(many(chain));
    expect(single).toHaveLength(1);
    const [changing, bundles] = timed(many(chain, { red: { nodes: half(0) }, blue: { nodes: half(1) } }));
    expect([bundles.length, bundles.at(-1)?.stage]).toEqual([MANY, MANY - 1]);
    const ids = Array.from({ length: 2000 }, (_, k) => `n${k}`);
    const uses = Object.fromEntries(half(0).map(id => [id, one('$in.p')]));
    const shared = document({
      nodes: {
        ...Object.fromEntries(ids.map(id => [id, one()])),
        h: { graph: 'h', in: { p: { first: ids.map(id => `${id}.out`) } } },
      },
      graphs: { h: { id: 'h', in: { p: N }, nodes: uses } },
      clusters: Object.fromEntries(ids.map(id => [`c${id}`, { nodes: [id] }])),
    });
    const [together, parts] = timed(shared);
    expect(parts).toHaveLength(2001);
    expect(Math.max(plain, changing, together)).toBeLessThan(5);
  });
});
