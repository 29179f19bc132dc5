import { describe, expect, it } from 'vitest';
import { InvalidGraphError } from '../../src/document/document-error.js';
import { check, compile } from '../../src/plan/compile.js';
import { cafe, found, nodes, STEPS } from './kitchen.js';
import { MISTAKES } from './mistakes.js';
import { MISTAKES_IN_BODIES } from './mistakes-in-bodies.js';
import { MISTAKES_IN_REFERENCES } from './mistakes-in-references.js';
import { MISTAKES_IN_VALUES } from './mistakes-in-values.js';

const N = { type: 'number' } as const;
const GRIND = { step: 'grind', in: { beans: { value: 1 } } } as const;

describe('check', () => {
  const all = { ...MISTAKES, ...MISTAKES_IN_VALUES, ...MISTAKES_IN_BODIES, ...MISTAKES_IN_REFERENCES };
  it.each(Object.entries(all))('reports %s', (_, { code, path, message, document }) => {
    const issues = check(document);
    expect(issues.map(issue => `${issue.code} ${issue.path}`)).toEqual([`${code} ${path}`]);
    expect(issues[0]?.message).toMatch(message);
  });

  it('reports a cycle of two nodes, naming both (OI-04)', () => {
    const document = nodes({
      a: { step: 'grind', in: { beans: 'b.powder' } },
      b: { step: 'grind', in: { beans: 'a.powder' } },
    });
    expect(check(document)).toEqual([
      { code: 'cycle', path: '/nodes/a', message: 'these nodes wait for one another: a -> b -> a' },
    ]);
  });

  it('reports a self-loop, an unknown node and an unknown port in one answer (OI-05)', () => {
    const document = nodes({
      a: { step: 'grind', in: { beans: 'a.powder' } },
      b: { step: 'brew', in: { powder: 'nowhere.powder', water: 'c.steam' } },
      c: GRIND,
    });
    expect(found(document)).toEqual([
      'self_loop /nodes/a/in/beans',
      'unknown_node /nodes/b/in/powder',
      'unknown_port /nodes/b/in/water',
    ]);
  });

  it('accepts an empty graph', () => {
    expect(check({ id: 'empty' })).toEqual([]);
  });

  it('accepts a value that may be absent at a required port: the node is skipped then', () => {
    const maybe = nodes({ t: { step: 'taste' }, b: { step: 'brew', in: { powder: 'u.powder' } }, u: GRIND });
    expect(check(maybe)).toEqual([]);
    expect(
      check(cafe({ in: { n: { ...N, optional: true } }, nodes: { a: { step: 'grind', in: { beans: '$in.n' } } } })),
    ).toEqual([]);
  });

  it('says nothing about types that may fit', () => {
    const steps = { ...STEPS, any: { out: { x: {}, y: { type: ['number', 'string'] as const } } } };
    const read = {
      a: { step: 'any' },
      b: { step: 'grind', in: { beans: 'a.x' } },
      c: { step: 'grind', in: { beans: 'a.y' } },
    };
    expect(check(cafe({ steps, nodes: read }))).toEqual([]);
  });
});

describe('one mistake is one issue', () => {
  it('for an unknown step with wires, options, a condition and readers', () => {
    const document = nodes({
      a: { step: 'grid', in: { whatever: { value: 1 } }, options: { so: 1 }, timeout: 5 },
      b: { step: 'brew', in: { powder: 'a.anything' }, when: 'a.ok' },
      z: { sleep: 1, in: { value: 'a.x' } },
      c: { step: 'grind', in: { beans: { first: ['z.value', 'a.y'] } } },
    });
    expect(found(document)).toEqual(['unknown_step /nodes/a/step']);
  });

  it('but what is wired to an unknown step is still read', () => {
    const document = nodes({ a: { step: 'grid', in: { x: 'nowhere.y' } } });
    expect(found(document)).toEqual(['unknown_node /nodes/a/in/x', 'unknown_step /nodes/a/step']);
  });

  it('for a mistake in a graph that is used many times', () => {
    const document = cafe({
      nodes: Object.fromEntries(['a', 'b', 'c'].map(id => [id, { graph: 'g', in: { p: { value: 1 } } }])),
      out: { x: 'a.it' },
      graphs: {
        g: { id: 'g', in: { p: N }, nodes: { x: { step: 'grind', in: { beans: '$in.q' } } }, out: { it: 'x.powder' } },
      },
    });
    expect(found(document)).toEqual(['unknown_port /graphs/g/nodes/x/in/beans']);
  });

  it('for a graph nested in itself, with readers', () => {
    const document = cafe({
      nodes: { x: { graph: 'a', in: { p: { value: 1 } } }, b: { step: 'brew', in: { powder: 'x.it' } } },
      graphs: { a: { id: 'a', in: { p: N }, nodes: { x: { graph: 'a' } }, out: { it: 'x.it' } } },
    });
    expect(found(document)).toEqual(['cycle /graphs/a/nodes/x/graph']);
  });

  it('for each knot of nodes that wait for one another, however many ways round there are', () => {
    const pair = (one: string, other: string) => ({
      step: 'brew',
      in: { powder: { first: [`${one}.sum`, `${other}.sum`] }, water: `${one}.sum` },
    });
    const steps = { brew: { in: { powder: N, water: N }, out: { sum: N } } };
    const document = cafe({
      steps,
      nodes: {
        ...{ a: pair('b', 'c'), b: pair('a', 'c'), c: pair('a', 'b') },
        ...{ x: pair('y', 'c'), y: pair('x', 'a') },
        z: pair('x', 'y'),
      },
    });
    expect(check(document).map(({ path, message }) => `${path} ${message}`)).toEqual([
      '/nodes/a these nodes wait for one another: a -> b -> a',
      '/nodes/x these nodes wait for one another: x -> y -> x',
    ]);
  });

  it('for a cycle through forms, conditions and nested graphs', () => {
    const document = cafe({
      nodes: {
        a: { step: 'grind', in: { beans: { first: [{ value: 1 }, 'x.it'] } } },
        b: { step: 'brew', when: { expr: 'n > 1', in: { n: 'a.powder' } } },
        x: { graph: 'g', in: { p: { value: 1 } }, when: 'b.ok' },
      },
      graphs: { g: { id: 'g', in: { p: N }, out: { it: '$in.p' } } },
    });
    expect(check(document).map(({ message }) => message)).toEqual([
      'these nodes wait for one another: a -> b -> x -> a',
    ]);
  });
});

describe('compile', () => {
  it('throws all issues at once', () => {
    const document = nodes({ a: { step: 'grid' }, b: { step: 'grind', in: { beans: 'c.x' } } });
    const error = thrown(() => compile(document));
    expect(error).toBeInstanceOf(InvalidGraphError);
    expect((error as InvalidGraphError).issues).toEqual(check(document));
    expect((error as InvalidGraphError).issues).toHaveLength(2);
  });
});

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
