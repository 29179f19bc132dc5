import { describe, expect, it } from 'vitest';
import type { Document, PortSchema } from '../../src/document/document.js';
import { literal } from '../../src/value/leaf.js';
import { cafe, found, rootOf, stepOf, STEPS, untyped } from './kitchen.js';

const N = { type: 'number' } as const;
const AWAITED = { ...N, awaited: true } as const;
const TIMED = { ...N, awaited: { deadline: '1h' } } as const;
const USUAL = { ...TIMED, default: 5 } as const;
const grind = { step: 'grind', in: { beans: '$in.p' } } as const;
/** A graph with an input `p`, and one that uses it without wiring that. */
const nested = (p: PortSchema, wires: Document['in'] = {}): Document =>
  cafe({
    in: wires,
    nodes: { hard: { graph: 'g', ...('p' in wires && { in: { p: '$in.p' } }) } },
    graphs: { g: { id: 'g', in: { p }, nodes: { grind } } },
  });

describe('an awaited input (I1)', () => {
  it('is one of the plan, with its deadline in milliseconds and the default that stands in then', () => {
    const { plan } = rootOf(cafe({ in: { a: AWAITED, b: TIMED, c: USUAL, d: N }, nodes: {} }));
    expect(plan.inputs.map(({ name, awaited, default: usual }) => [name, awaited, usual])).toEqual([
      ['a', {}, undefined],
      ['b', { deadline: 3_600_000 }, undefined],
      ['c', { deadline: 3_600_000 }, literal(5)],
      ['d', undefined, undefined],
    ]);
    expect(plan.inputs[2]?.schema).toEqual(USUAL);
  });

  it('of a nested graph is an open port where nothing is wired to it', () => {
    for (const [port, awaited] of [
      [AWAITED, {}],
      [TIMED, { deadline: 3_600_000 }],
      [USUAL, { deadline: 3_600_000, default: literal(5) }],
    ] as const) {
      const { plan, root } = rootOf(nested(port));
      const { default: usual, ...facts } = awaited as { readonly default?: unknown };
      const expected = { address: 'hard/$in.p', schema: port, awaited: facts };
      expect(plan.open).toEqual([usual === undefined ? expected : { ...expected, default: usual }]);
      expect(stepOf(root, 'hard/grind').in).toEqual([0]);
    }
  });

  it('of a nested graph is a port like any other where something is wired to it', () => {
    const { plan, root } = rootOf(nested(AWAITED, { p: N }));
    expect(plan.open).toEqual([]);
    const [beans = 0] = stepOf(root, 'hard/grind').in;
    expect(root.forms[-1 - beans]).toMatchObject({ kind: 'port', address: 'hard/$in.p', of: 0 });
  });

  it('may never come, so that a default behind it is kept, unless it has one itself', () => {
    const steps = { ...STEPS, any: { in: { x: { ...N, default: 1 } } } };
    const first = (p: PortSchema): unknown => {
      const { root } = rootOf(cafe({ steps, in: { p }, nodes: { a: { step: 'any', in: { x: '$in.p' } } } }));
      const [source = 0] = stepOf(root, 'a').in;
      return source < 0 ? root.forms[-1 - source]?.kind : source;
    };
    expect([first(N), first(USUAL), first(TIMED), first(AWAITED)]).toEqual([0, 0, 'first', 'first']);
    const inner: Document = { id: 'g', in: { p: TIMED }, nodes: { a: { step: 'any', in: { x: '$in.p' } } } };
    const { root } = rootOf(cafe({ steps, nodes: { g: { graph: 'g' } }, graphs: { g: inner } }));
    expect(root.forms.map(({ kind }) => kind)).toEqual(['value', 'first']);
  });

  it('gives an output that reads it a type of its own, without the waiting', () => {
    const { plan } = rootOf(cafe({ in: { p: TIMED }, out: { p: '$in.p' } }));
    expect(plan.bodies[0]?.outputs[0]?.schema).toEqual(N);
  });

  it.each<[string, Document, string]>([
    ['with a default and no deadline', cafe({ in: { p: { ...AWAITED, default: 1 } } }), '/in/p'],
    ['that is optional', cafe({ in: { p: { ...TIMED, optional: true } } }), '/in/p'],
    ['with a deadline that is none', untyped({ in: { p: { ...N, awaited: { deadline: 'soon' } } } }), '/in/p'],
    ['with a deadline of no time', cafe({ in: { p: { ...N, awaited: { deadline: 0 } } } }), '/in/p'],
    ['that is something else', untyped({ in: { p: { ...N, awaited: false } } }), '/in/p'],
    ['as an output', cafe({ returns: { p: AWAITED }, out: { p: { value: 1 } } }), '/returns/p'],
    ['of a step', cafe({ steps: { a: { in: { p: AWAITED } } } }), '/steps/a/in/p'],
    ['as an output of a step', cafe({ steps: { a: { out: { p: TIMED } } } }), '/steps/a/out/p'],
    ['as an option', cafe({ steps: { a: { options: { p: USUAL } } } }), '/steps/a/options/p'],
  ])('%s is refused', (_, document, place) => {
    expect(found(document)).toEqual([`bad_schema ${place}/awaited`]);
  });
});
