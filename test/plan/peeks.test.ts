import { describe, expect, it } from 'vitest';
import type { Document, DocumentNode, Manifest } from '../../src/document/document.js';
import { compile } from '../../src/plan/compile.js';
import type { Body } from '../../src/plan/plan.js';
import { scopedOf } from './kitchen.js';

const O = { type: 'object' } as const;
const LIST = { type: 'array', items: O } as const;
const STEPS: Readonly<Record<string, Manifest>> = {
  make: { out: { o: O } },
  use: { in: { o: O }, out: { o: O, other: O } },
  lists: { out: { list: LIST } },
};
const MAKE = { step: 'make' } as const;
const use = (o: string): DocumentNode => ({ step: 'use', in: { o } });
/** Asks for the part `n` of what a reference means. */
const ask = (o: string): DocumentNode => ({ step: 'make', when: { expr: 'o.n > 1', in: { o } } });
const KEYS = ['/n', '/n#has'];

/** By address without indices, and `$in.x`: the peeks that are sent along. */
function peeksOf(parts: Partial<Document>): Readonly<Record<string, unknown>> {
  const plan = compile({ id: 'g', steps: STEPS, ...parts });
  const found: Record<string, unknown> = {};
  const note = (address: string, peeks: unknown) => {
    if (peeks !== undefined) found[address] = peeks;
  };
  for (const { name, peeks } of plan.inputs) note(`$in.${name}`, peeks);
  for (const { address, peeks } of plan.open) note(address, peeks);
  const look = (body: Body, prefix: string): void => {
    for (const node of body.nodes) {
      if (node.kind === 'scoped') look(scopedOf(plan, body, node.id).body, `${prefix}${node.id}/`);
      if (node.kind !== 'step') continue;
      for (const [port, peeks] of Object.entries(node.peeks ?? {})) note(`${prefix}${node.id}.${port}`, peeks);
    }
  };
  look(plan.bodies[0] as Body, '');
  return found;
}

describe('peeks are sent by', () => {
  const cases: Readonly<Record<string, readonly [sent: readonly string[], parts: Partial<Document>]>> = {
    'the step in a body that a condition there reads': [
      ['p/u.o'],
      { nodes: { p: { each: { value: [{}] }, nodes: { u: use('$item'), a: ask('u.o') } } } },
    ],
    'what is captured, through several bodies': [
      ['$in.o', 'm.o'],
      {
        in: { o: O },
        nodes: {
          m: MAKE,
          p: {
            each: { value: [1] },
            nodes: { q: { each: { value: [1] }, nodes: { a: ask('m.o'), b: ask('$in.o') } } },
          },
        },
      },
    ],
    'what gives the first state, and the next': [
      ['l/u.o', 'm.o'],
      {
        nodes: {
          m: MAKE,
          l: {
            loop: { state: { s: O, t: O }, max: 3 },
            in: { s: 'm.o', t: 'm.o' },
            nodes: { a: ask('$state.s'), u: use('$state.t') },
            next: { s: 'u.o', t: 'u.other' },
          },
        },
      },
    ],
    'what one state becomes by way of another': [
      ['$in.o', 'l/u.o', 'm.o'],
      {
        in: { o: O },
        nodes: {
          m: MAKE,
          l: {
            loop: { state: { s: O, t: O }, max: 3 },
            in: { s: 'm.o', t: '$in.o' },
            nodes: { a: ask('$state.s'), u: use('$state.t') },
            next: { s: '$state.t', t: 'u.o' },
          },
        },
      },
    ],
    'what an iteration leaves, for `until`': [
      ['l/u.o'],
      {
        in: { o: O },
        nodes: {
          l: {
            loop: { state: { s: O }, until: { expr: 's.n > 1' } },
            in: { s: '$in.o' },
            nodes: { u: use('$state.s') },
            next: { s: 'u.o' },
          },
        },
      },
    ],
    'what is behind the last state of a loop, also of one in another': [
      ['l/k/u.o'],
      {
        in: { o: O },
        nodes: {
          l: {
            loop: { state: { s: O }, max: 3 },
            in: { s: '$in.o' },
            nodes: {
              k: {
                loop: { state: { t: O }, max: 2 },
                in: { t: '$state.s' },
                nodes: { u: use('$state.t') },
                next: { t: 'u.o' },
              },
            },
            next: { s: 'k.t' },
          },
          a: ask('l.s'),
        },
      },
    ],
    'a sleep and a nested graph on the way of a state': [
      ['l/x/u.o'],
      {
        in: { o: O },
        nodes: {
          l: {
            loop: { state: { s: O }, max: 3 },
            in: { s: '$in.o' },
            nodes: { x: { graph: 'g', in: { o: '$state.s' } }, z: { sleep: 1, in: { value: 'x.o' } } },
            next: { s: 'z.value' },
          },
          a: ask('l.s'),
        },
        graphs: { g: { id: 'g', in: { o: O }, nodes: { u: use('$in.o') }, out: { o: 'u.o' } } },
      },
    ],
    'the parts of a list whose items are asked': [
      ['m.o', 'u.o'],
      { nodes: { m: MAKE, u: use('m.o'), p: { each: { list: ['m.o', 'u.o'] }, nodes: { a: ask('$item') } } } },
    ],
    'the steps whose results are the items of another each': [
      ['m.o', 'p/u.o'],
      {
        nodes: {
          m: MAKE,
          p: { each: { value: [{}] }, nodes: { u: use('$item') }, out: { o: 'u.o' } },
          q: {
            each: { flat: { list: ['p.o', { list: ['m.o'] }] } },
            nodes: { r: { each: { value: [1] }, nodes: { a: ask('q.$item') } } },
          },
        },
      },
    ],
    'nobody for a whole list, or for what comes of a list that a step made': [
      [],
      {
        nodes: {
          m: MAKE,
          l: { step: 'lists' },
          p: { each: { list: ['m.o'] }, nodes: { u: use('$item') }, out: { o: 'u.o' } },
          a: { step: 'make', when: { expr: 'len(o) > 1', in: { o: 'p.o' } } },
          q: { each: 'l.list', nodes: { b: ask('$item') } },
        },
      },
    ],
    'nobody for numbers of items and iterations': [
      [],
      {
        nodes: {
          m: MAKE,
          p: { each: { list: ['m.o'] }, nodes: { a: { step: 'make', when: { expr: 'k > 1', in: { k: '$index' } } } } },
        },
      },
    ],
  };

  it.each(Object.entries(cases))('%s', (_, [sent, parts]) => {
    expect(peeksOf(parts)).toEqual(Object.fromEntries(sent.map(address => [address, KEYS])));
  });

  it('each for its own keys', () => {
    const nodes = { m: MAKE, p: { each: { value: [1] }, nodes: { a: ask('m.o') } }, b: ask('m.o') };
    const other: DocumentNode = { step: 'make', when: { expr: 'len(o) > 1', in: { o: 'm.o' } } };
    expect(peeksOf({ nodes: { ...nodes, c: { each: { value: [1] }, nodes: { d: other } } } })).toEqual({
      'm.o': ['#len', ...KEYS],
    });
  });

  it('comes to an end where a loop flattens its state again and again', () => {
    const nodes: Record<string, DocumentNode> = {
      l: {
        loop: { state: { s: {} }, max: 3 },
        in: { s: { list: [{ list: ['m.o'] }] } },
        nodes: { p: { each: '$state.s', nodes: { a: ask('$item') } } },
        next: { s: { flat: '$state.s' } },
      },
      m: MAKE,
    };
    expect(peeksOf({ nodes })).toEqual({ 'm.o': KEYS });
  });
});
