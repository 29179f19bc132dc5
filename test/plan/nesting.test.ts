import { describe, expect, it } from 'vitest';
import type { Document, Manifest } from '../../src/document/document.js';
import { literal } from '../../src/value/leaf.js';
import type { Body, PlanForm, Source } from '../../src/plan/plan.js';
import { cafe, found, idsOf, nodeOf, rootOf, stepOf } from './kitchen.js';

const N = { type: 'number' } as const;
const grind = (beans: string) => ({ step: 'grind', in: { beans } });
/** Grinds twice, and hands on what it was given. */
const twice: Document = {
  id: 'twice',
  in: { beans: N },
  nodes: { z: grind('$in.beans'), a: grind('z.powder') },
  out: { fine: 'a.powder', coarse: '$in.beans' },
};

/** What is behind the ports of nested graphs: `hard.text`, `hard/$in.image`, a slot or another form. */
function behind(root: Body, source: Source | undefined): readonly (string | Source | PlanForm | undefined)[] {
  if (source === undefined || source >= 0) return [source];
  const form = root.forms[-1 - source];
  return form?.kind === 'port' ? [form.address, ...behind(root, form.of)] : [form];
}

describe('a nested graph', () => {
  it('is put in its place, each use with nodes of its own', () => {
    const { root } = rootOf(
      cafe({
        in: { beans: N },
        nodes: {
          one: { graph: 'twice', in: { beans: '$in.beans' } },
          two: { graph: 'twice', in: { beans: 'one.fine' } },
        },
        out: { fine: 'two.fine', coarse: 'two.coarse' },
        graphs: { twice },
      }),
    );
    expect(root.nodes.map(({ id, in: [beans], out }) => [id, behind(root, beans), out])).toEqual([
      ['one/z', ['one/$in.beans', 0], 1],
      ['one/a', [1], 2],
      ['two/z', ['two/$in.beans', 'one.fine', 2], 3],
      ['two/a', [3], 4],
    ]);
    expect(root.outputs.map(({ name, of }) => [name, behind(root, of)])).toEqual([
      ['coarse', ['two.coarse', 'two/$in.beans', 'one.fine', 2]],
      ['fine', ['two.fine', 4]],
    ]);
    expect(root.forms.map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => 'port'));
  });

  it('has ports with addresses of their own, with all graphs around, also where nothing is wired to them (I15)', () => {
    const may = { ...N, optional: true } as const;
    const { plan, root } = rootOf(
      cafe({
        in: { b: N },
        nodes: { g: { graph: 'outer', in: { b: '$in.b' } } },
        out: { fine: 'g.fine' },
        graphs: {
          twice,
          outer: {
            id: 'outer',
            in: { b: N, may, usual: { ...N, default: 5 }, must: N },
            nodes: {
              t: { graph: 'twice', in: { beans: '$in.b' } },
              brew: { step: 'brew', in: { powder: '$in.must', water: '$in.usual', sugar: '$in.may' } },
            },
            out: { fine: 't.fine' },
          },
        },
      }),
    );
    const [, powder, sugar, water] = stepOf(root, 'g/brew').in.map(source => behind(root, source));
    expect(powder).toEqual([1]);
    expect(plan.open.map(({ address }) => address)).toEqual(['g/$in.must']);
    expect(sugar).toEqual(['g/$in.may', { kind: 'none' }]);
    expect(water).toEqual(['g/$in.usual', { kind: 'value', value: literal(5) }]);
    expect(behind(root, stepOf(root, 'g/t/z').in[0])).toEqual(['g/t/$in.beans', 'g/$in.b', 0]);
    expect(behind(root, root.outputs[0]?.of)).toEqual(['g.fine', 'g/t.fine', nodeOf(root, 'g/t/a').out]);
    expect(
      root.forms.filter(form => form.kind === 'port').map(({ address, schema }) => [address, schema]),
    ).toContainEqual(['g/$in.may', may]);
  });

  it('takes its place in plan order node by node, not as one', () => {
    const document = cafe({
      nodes: {
        x: { graph: 'twice', in: { beans: 'late.powder' } },
        y: { graph: 'pair' },
        late: grind('$in.b'),
        'x-1': grind('$in.b'),
      },
      in: { b: N },
      graphs: { twice, pair: { id: 'pair', in: {}, nodes: { a: { step: 'brew' } } } },
    });
    expect(idsOf(document)).toEqual(['late', 'x-1', 'x/z', 'x/a', 'y/a']);
  });

  it('finds steps and graphs in its own document first, then around it', () => {
    const own: Manifest = { in: { beans: N }, out: { powder: N }, version: 'own' };
    const { plan, root } = rootOf(
      cafe({
        in: { b: N },
        nodes: {
          a: grind('$in.b'),
          g: { graph: 'outer', in: { beans: '$in.b' } },
          t: { graph: 'twice', in: { beans: '$in.b' } },
        },
        graphs: {
          twice,
          outer: {
            id: 'outer',
            in: { beans: N },
            steps: { grind: own },
            nodes: {
              a: grind('$in.beans'),
              t: { graph: 'twice', in: { beans: '$in.beans' } },
              h: { graph: 'inner', in: { beans: '$in.beans' } },
            },
            graphs: { inner: { id: 'inner', in: { beans: N }, nodes: { a: grind('$in.beans') } } },
          },
        },
      }),
    );
    const versions = root.nodes.map(({ id }) => [id, plan.contracts[stepOf(root, id).contract]?.version]);
    expect(Object.fromEntries(versions)).toEqual({
      a: undefined,
      'g/a': 'own',
      'g/h/a': 'own',
      'g/t/a': undefined,
      'g/t/z': undefined,
      't/a': undefined,
      't/z': undefined,
    });
  });

  it('carries its guard, and those around it, on its nodes and on every output it only hands on', () => {
    const { root } = rootOf(
      cafe({
        in: { b: N, yes: { type: 'boolean' }, too: { type: 'boolean' } },
        nodes: { g: { graph: 'middle', in: { b: '$in.b', too: '$in.too' }, when: '$in.yes' } },
        out: { fine: 'g.fine', coarse: 'g.coarse' },
        graphs: {
          twice,
          middle: {
            id: 'middle',
            in: { b: N, too: { type: 'boolean' } },
            nodes: { t: { graph: 'twice', in: { beans: '$in.b' }, when: '$in.too' } },
            out: { fine: 't.fine', coarse: 't.coarse' },
          },
        },
      }),
    );
    const conditionOn = (slot: number): number =>
      root.conditions.findIndex(condition => condition.kind === 'is' && behind(root, condition.of).at(-1) === slot);
    const [yes, too] = [conditionOn(2), conditionOn(1)];
    expect(nodeOf(root, 'g/t/a').guards).toEqual([yes, too]);
    expect(nodeOf(root, 'g/t/z').guards).toEqual([yes, too]);
    const [coarse, fine] = root.outputs;
    expect(behind(root, fine?.of)).toEqual(['g.fine', 'g/t.fine', nodeOf(root, 'g/t/a').out]);
    const [port, outer] = behind(root, coarse?.of);
    expect([port, outer]).toEqual(['g.coarse', { kind: 'guarded', by: [yes], of: expect.any(Number) }]);
    const [innerPort, inner] = behind(root, (outer as { readonly of: Source }).of);
    expect([innerPort, inner]).toEqual(['g/t.coarse', { kind: 'guarded', by: [too], of: expect.any(Number) }]);
    expect(behind(root, (inner as { readonly of: Source }).of)).toEqual(['g/t/$in.beans', 'g/$in.b', 0]);
  });

  it('puts under its guard what an inner graph only hands on: an override of that input would give it a value', () => {
    const through: Document = { id: 'through', in: { p: N }, out: { p: '$in.p' } };
    const nodes = { a: { step: 'grind' }, i: { graph: 'through', in: { p: 'a.powder' } } };
    const graphs = { g: { id: 'g', nodes, out: { p: 'i.p' }, graphs: { through } } };
    const { root } = rootOf(
      cafe({
        in: { yes: { type: 'boolean' } },
        nodes: { g: { graph: 'g', when: '$in.yes' } },
        out: { p: 'g.p' },
        graphs,
      }),
    );
    expect(behind(root, root.outputs[0]?.of)[1]).toMatchObject({ kind: 'guarded', by: [0] });
  });

  it('lets a node that reads what a guard hands on wait for the guard', () => {
    const document = cafe({
      in: { b: N },
      nodes: {
        a: grind('g.p'),
        g: { graph: 'through', in: { p: '$in.b' }, when: 'z.ok' },
        z: { step: 'brew' },
      },
      graphs: { through: { id: 'through', in: { p: N }, out: { p: '$in.p' } } },
    });
    expect(idsOf(document)).toEqual(['z', 'a']);
  });

  it('puts an output under its guard all the same where a node with a fallback makes it: that one gives something', () => {
    const inner = {
      id: 'g',
      nodes: { a: { step: 'grind', onFailure: { fallback: { powder: 1 } } } },
      out: { p: 'a.powder' },
    };
    const { root } = rootOf(
      cafe({
        in: { yes: { type: 'boolean' } },
        nodes: { g: { graph: 'g', when: '$in.yes' } },
        out: { p: 'g.p' },
        graphs: { g: inner },
      }),
    );
    expect(behind(root, root.outputs[0]?.of)).toEqual([
      'g.p',
      { kind: 'guarded', by: [0], of: nodeOf(root, 'g/a').out },
    ]);
  });

  it('has optional inputs absent, defaults filled in, and what is missing as an open port of its own', () => {
    const graph: Document = {
      id: 'g',
      in: { must: N, may: { ...N, optional: true }, usual: { ...N, default: 5 } },
      nodes: {
        a: { step: 'brew', in: { powder: '$in.must', water: '$in.must', sugar: '$in.may', cups: '$in.usual' } },
      },
      out: { may: '$in.may' },
    };
    const { plan, root } = rootOf(
      cafe({
        in: { maybe: { ...N, optional: true } },
        nodes: { x: { graph: 'g' }, y: { graph: 'g', in: { usual: '$in.maybe' } } },
        graphs: { g: graph },
        out: { may: 'x.may' },
        returns: { may: { ...N, optional: true } },
      }),
    );
    expect(plan.open.map(({ address }) => address)).toEqual(['x/$in.must', 'y/$in.must']);
    const form = (source: Source | undefined) => behind(root, source).at(-1);
    const [cups, powder, sugar, water] = stepOf(root, 'x/a').in.map(form);
    expect([powder, water]).toEqual([1, 1]);
    expect(sugar).toEqual({ kind: 'none' });
    expect(cups).toEqual({ kind: 'value', value: literal(5) });
    expect(form(stepOf(root, 'y/a').in[0])).toMatchObject({ kind: 'first', of: [0, expect.any(Number)] });
    expect(form(root.outputs[0]?.of)).toEqual({ kind: 'none' });
  });

  it('passes on through its ports what conditions ask of a large value', () => {
    const { root } = rootOf(
      cafe({
        nodes: {
          g: { graph: 'inner' },
          b: { step: 'brew', when: { expr: 'len(note) > 9', in: { note: 'g.it' } } },
        },
        graphs: { inner: { id: 'inner', nodes: { t: { step: 'taste' } }, out: { it: 't.note' } } },
      }),
    );
    expect(stepOf(root, 'g/t').peeks).toEqual({ note: ['#len'] });
  });

  it('gives each output without a schema the type of its source', () => {
    const graph: Document = {
      id: 'g',
      in: { p: { ...N, default: 1 } },
      nodes: { t: { step: 'taste' } },
      out: { p: '$in.p', note: 't.note' },
    };
    const { root } = rootOf(
      cafe({ nodes: { g: { graph: 'g' } }, graphs: { g: graph }, out: { p: 'g.p', note: 'g.note' } }),
    );
    expect(root.outputs.map(({ name, schema, optional }) => [name, schema, optional])).toEqual([
      ['note', { type: 'string' }, undefined],
      ['p', N, undefined],
    ]);
  });

  it('is refused as part of a cycle, even one that its nodes would not make', () => {
    const document = cafe({
      nodes: { g: { graph: 'two', in: { p: { value: 1 }, q: 'a.powder' } }, a: grind('g.p') },
      graphs: {
        two: { id: 'two', in: { p: N, q: N }, nodes: { x: grind('$in.p'), y: grind('$in.q') }, out: { p: 'x.powder' } },
      },
    });
    expect(found(document)).toEqual(['cycle /nodes/a']);
  });

  it('is checked even if nothing uses it', () => {
    expect(found(cafe({ graphs: { g: { id: 'g', nodes: { a: { step: 'grnd' } } } } }))).toEqual([
      'unknown_step /graphs/g/nodes/a/step',
    ]);
  });
});
