import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { graph, type Graph } from '../../src/graph/graph.js';
import { manifestOf } from '../../src/graph/manifest.js';
import { step } from '../../src/graph/step.js';

const Day = z.codec(z.iso.date(), z.date(), {
  decode: text => new Date(text),
  encode: day => day.toISOString().slice(0, 10),
});
const grind = step({
  id: 'grind',
  in: { beans: z.number() },
  out: { powder: z.number() },
  options: { ratio: z.number().default(1) },
});
const brew = step({
  id: 'brew',
  in: { powder: z.number(), water: z.number() },
  out: { coffee: z.string(), note: z.string().optional() },
  options: { style: z.string().default('espresso'), from: Day.optional() },
});
const read = step({ id: 'read', in: { cup: z.string(), day: Day.optional() }, out: { ok: z.boolean() } });
const inOut = { in: { beans: z.number() }, out: {} };

const coffee = graph(
  {
    id: 'coffee',
    title: 'Coffee',
    in: { beans: z.number(), water: z.number().default(200) },
    out: { coffee: z.string() },
  },
  (g, i) => {
    const ground = g.run(grind, { beans: i.beans });
    const cup = g.run(brew, { powder: ground.powder, water: i.water }, { options: { style: 'latte' } });
    return { out: { coffee: cup.coffee }, nodes: [ground, cup] };
  },
);

describe('a graph records a document', () => {
  it('OI-01: with nodes, wires, options and the manifests of its steps', () => {
    expect(coffee.document).toEqual({
      id: 'coffee',
      title: 'Coffee',
      in: { beans: { type: 'number' }, water: { type: 'number', default: 200 } },
      returns: { coffee: { type: 'string' } },
      nodes: {
        grind: { step: 'grind', in: { beans: '$in.beans' } },
        brew: { step: 'brew', in: { powder: 'grind.powder', water: '$in.water' }, options: { style: 'latte' } },
      },
      out: { coffee: 'brew.coffee' },
      steps: { grind: manifestOf(grind), brew: manifestOf(brew) },
    });
  });

  it('that can not be changed, and freezes nothing of the caller’s', () => {
    const retry = { attempts: 2, except: ['a'] };
    const { document } = graph({ id: 'g', in: {}, out: {} }, g => {
      g.run(grind, { beans: 1 }, { retry });
      return { out: {} };
    });
    expect(() => Object.assign(document.nodes?.['grind'] ?? {}, { step: 'other' })).toThrow('read only');
    expect(() => Object.assign(document.steps?.['grind']?.in?.['beans'] ?? {}, { type: 'string' })).toThrow(
      'read only',
    );
    retry.except.push('b');
    expect(document.nodes?.['grind']).toMatchObject({ retry: { except: ['a'] } });
  });

  it('that is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(coffee.document))).toEqual(coffee.document);
  });

  it('with literals on the JSON side, and options encoded from the code side', () => {
    const { nodes } = graph({ id: 'g', in: {}, out: {} }, g => {
      g.run(brew, { powder: 5, water: 100 }, { options: { from: new Date('2026-01-02') } });
      g.run(read, { cup: '', day: '2026-01-01' });
      return { out: {} };
    }).document;
    expect(nodes?.['brew']).toMatchObject({
      in: { powder: { value: 5 }, water: { value: 100 } },
      options: { from: '2026-01-02' },
    });
    expect(nodes?.['read']).toMatchObject({ in: { cup: { value: '' }, day: { value: '2026-01-01' } } });
  });

  it('with literals of its own: what the caller does to an object later changes nothing', () => {
    const list = step({ id: 'list', in: { of: z.array(z.string()) }, out: {} });
    const of = ['a'];
    const { document } = graph({ id: 'g', in: {}, out: {} }, g => {
      g.run(list, { of });
      return { out: {} };
    });
    of.push('b');
    expect(document.nodes?.['list']).toMatchObject({ in: { of: { value: ['a'] } } });
  });

  it('with first, list, flat, sleep and conditions as forms', () => {
    const { document } = graph(
      { id: 'g', in: { go: z.boolean(), cup: z.string() }, out: { a: z.string(), l: z.array(z.string()) } },
      (g, i) => {
        const one = g.run(brew, { powder: 1, water: 1 }, { as: 'one', when: i.go });
        g.run(brew, { powder: 1, water: 1 }, { as: 'two', when: { expr: 'not go', in: { go: i.go } } });
        const later = g.sleep(g.first(one.coffee, i.cup, 'none'), '5m', { as: 'later' });
        return { out: { a: later, l: g.flat(g.list([g.list([later, one.note])])) } };
      },
    );
    expect(document.nodes).toMatchObject({
      one: { when: '$in.go' },
      two: { when: { expr: 'not go', in: { go: '$in.go' } } },
      later: { sleep: '5m', in: { value: { first: ['one.coffee', '$in.cup', { value: 'none' }] } } },
    });
    expect(document.out).toEqual({ a: 'later.value', l: { flat: { list: [{ list: ['later.value', 'one.note'] }] } } });
  });

  it('with policies, limits and fallbacks of a use', () => {
    const { nodes } = graph({ id: 'g', onFailure: 'continue', in: {}, out: {} }, g => {
      g.run(
        grind,
        { beans: 1 },
        { retry: { attempts: 2 }, timeout: '1s', deadline: '1m', heartbeat: false, limit: 3, onFailure: 'skip' },
      );
      g.run(brew, { powder: 1, water: 1 }, { onFailure: { fallback: { coffee: 'tea' } } });
      return { out: {} };
    }).document;
    expect(nodes?.['grind']).toMatchObject({
      retry: { attempts: 2 },
      timeout: '1s',
      deadline: '1m',
      heartbeat: false,
      limit: 3,
      onFailure: 'skip',
    });
    expect(nodes?.['brew']).toMatchObject({ onFailure: { fallback: { coffee: 'tea' } } });
  });

  it('with clusters: of a block, of a use, the innermost one first', () => {
    const { clusters } = graph({ id: 'g', in: {}, out: {} }, g => {
      const powder = g.cluster('mill', { queue: 'mill', limit: 1 }, g => {
        g.cluster('inner', {}, () => g.run(grind, { beans: 2 }, { as: 'within' }));
        g.run(grind, { beans: 2 }, { as: 'own', cluster: 'own' });
        return g.run(grind, { beans: 1 }).powder;
      });
      g.run(brew, { powder, water: 1 }, { cluster: 'mill' });
      g.run(read, { cup: '' });
      return { out: {} };
    }).document;
    expect(clusters).toEqual({
      mill: { nodes: ['grind', 'brew'], queue: 'mill', limit: 1 },
      inner: { nodes: ['within'] },
      own: { nodes: ['own'] },
    });
  });

  it('whose optional ports may be left open, or be left out by an undefined', () => {
    const { nodes } = graph({ id: 'g', in: {}, out: {} }, g => {
      g.run(read, { cup: '' }, { as: 'a' });
      g.run(read, { cup: '', day: undefined }, { as: 'b' });
      return { out: {} };
    }).document;
    expect(nodes).toMatchObject({ a: { in: { cup: { value: '' } } }, b: { in: { cup: { value: '' } } } });
    expect(nodes?.['b']).not.toHaveProperty('in.day');
  });
});

describe('a nested graph', () => {
  const inner = graph({ id: 'inner', in: { beans: z.number() }, out: { powder: z.number() } }, (g, i) => {
    const ground = g.run(grind, { beans: i.beans });
    return { out: { powder: ground.powder }, nodes: [ground] };
  });
  const middle = graph({ id: 'middle', in: { beans: z.number() }, out: { powder: z.number() } }, (g, i) => {
    const deep = g.run(inner, { beans: i.beans }, { as: 'deep' });
    return { out: { powder: deep.powder }, nodes: [deep] };
  });
  const outer = graph({ id: 'outer', ...inOut }, (g, i) => {
    const a = g.run(middle, { beans: i.beans }, { as: 'a', cluster: 'mill' });
    const b = g.run(middle, { beans: a.powder }, { as: 'b' });
    const c = g.run(inner, { beans: b.powder }, { as: 'c' });
    return { out: {}, nodes: [a, b, c] };
  });

  it('is a node, and what it uses is kept once, in the outermost document', () => {
    expect(outer.document).toMatchObject({
      nodes: { a: { graph: 'middle', in: { beans: '$in.beans' } }, c: { graph: 'inner', in: { beans: 'b.powder' } } },
      clusters: { mill: { nodes: ['a'] } },
    });
    expect(Object.keys(outer.document.steps ?? {})).toEqual(['grind']);
    expect(Object.keys(outer.document.graphs ?? {}).toSorted()).toEqual(['inner', 'middle']);
    for (const nested of Object.values(outer.document.graphs ?? {})) {
      expect(nested).not.toHaveProperty('steps');
      expect(nested).not.toHaveProperty('graphs');
    }
    expect(middle.document.graphs).toHaveProperty('inner');
  });

  it('has typed addresses below it, as text', () => {
    expect(coffee.at.grind.out.powder.text).toBe('grind.powder');
    expect(coffee.at.brew.in.powder.text).toBe('brew/$in.powder');
    expect(coffee.at.$in.beans.text).toBe('$in.beans');
    expect(coffee.at.$out.coffee.text).toBe('$out.coffee');
    expect(outer.at.a.out.powder.text).toBe('a.powder');
    expect(outer.at.a.deep.grind.out.powder.text).toBe('a/deep/grind.powder');
    expect(outer.at.b.deep.grind.in.beans.text).toBe('b/deep/grind/$in.beans');
    expect(outer.at.c.grind.out.powder).toBe(outer.at.c.grind.out.powder);
  });

  it('is addressed in no time, however often its parts are used', () => {
    let nested: Graph<string, { beans: z.ZodNumber }, { powder: z.ZodNumber }, unknown> = inner;
    for (let level = 0; level < 40; level += 1) {
      const below = nested;
      nested = graph({ id: `level${level}`, in: { beans: z.number() }, out: { powder: z.number() } }, (g, i) => {
        const left = g.run(below, { beans: i.beans }, { as: 'left' });
        return { out: { powder: g.run(below, { beans: left.powder }, { as: 'right' }).powder } };
      });
    }
    const at = nested.at as unknown as Record<'left', Record<'right', { out: { powder: { text: string } } }>>;
    expect(at.left.right.out.powder.text).toBe('left/right.powder');
    expect(Object.keys(nested.document.graphs ?? {})).toHaveLength(40);
  });

  it('with the id of another graph, or of a graph around it, is refused, naming both places', () => {
    const other = graph({ id: 'inner', in: { beans: z.number() }, out: { powder: z.number() } }, (_g, i) => ({
      out: { powder: i.beans },
    }));
    const both = () =>
      graph({ id: 'g', ...inOut }, (g, i) => {
        g.run(middle, { beans: i.beans }, { as: 'm' });
        g.run(other, { beans: i.beans }, { as: 'o' });
        return { out: {} };
      });
    expect(both).toThrow(
      /graph "g": graph id "inner" stands for two different graphs, at node "m" \(in graph "middle"\) and at node "o": they differ in .*; rename one/,
    );
    const itself = () =>
      graph({ id: 'inner', ...inOut }, (g, i) => ({ out: {}, n: g.run(other, { beans: i.beans }, { as: 'x' }) }));
    expect(itself).toThrow('graph id "inner" stands for two different graphs, at the graph itself and at node "x"');
  });
});

describe('two contracts under one id', () => {
  const otherGrind = step({ id: 'grind', in: { beans: z.number() }, out: { powder: z.string() } });
  const sameGrind = step({
    id: 'grind',
    in: { beans: z.number() },
    out: { powder: z.number() },
    options: { ratio: z.number().default(1) },
  });

  it('are refused if they differ, naming both nodes and the difference', () => {
    const build = () =>
      graph({ id: 'g', ...inOut }, (g, i) => {
        g.run(grind, { beans: i.beans }, { as: 'a' });
        g.run(otherGrind, { beans: i.beans }, { as: 'b' });
        return { out: {} };
      });
    expect(build).toThrow(expect.objectContaining({ code: 'duplicate_id' }));
    expect(build).toThrow(
      'step id "grind" stands for two different steps, at node "a" and at node "b": they differ in out, options; rename one',
    );
  });

  it('are one if they say the same', () => {
    const build = () =>
      graph({ id: 'g', ...inOut }, (g, i) => {
        g.run(grind, { beans: i.beans }, { as: 'a' });
        g.run(sameGrind, { beans: i.beans }, { as: 'b' });
        return { out: {} };
      });
    expect(Object.keys(build().document.steps ?? {})).toEqual(['grind']);
  });
});
