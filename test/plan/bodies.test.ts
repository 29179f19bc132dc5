import { describe, expect, it } from 'vitest';
import type { Document, DocumentNode, Form, LoopNode } from '../../src/document/document.js';
import { inputNames, outputNames } from '../../src/plan/plan.js';
import { cafe, nodeOf, nodes, rootOf, scopedOf } from './kitchen.js';

const N = { type: 'number' } as const;
const LIST = { type: 'array', items: N } as const;
const grind = (beans: Form): DocumentNode => ({ step: 'grind', in: { beans } });
const each = (list: Form, inside: Record<string, DocumentNode>, out: Record<string, Form> = {}): DocumentNode => ({
  each: list,
  nodes: inside,
  out,
});
const within = (document: Document, ...ids: readonly string[]) => {
  const { plan, root } = rootOf(document);
  let at = { node: nodeOf(root, ids[0] ?? ''), body: root };
  for (const id of ids) at = scopedOf(plan, at.body, id);
  return { plan, root, ...at };
};

describe('an each', () => {
  const document = cafe({
    in: { list: LIST, water: N },
    nodes: {
      a: grind({ value: 1 }),
      p: each(
        '$in.list',
        {
          b: { step: 'brew', in: { powder: 'g.powder', water: '$in.water', sugar: 'a.powder', cups: '$index' } },
          g: grind('$item'),
        },
        { coffee: 'b.coffee', all: { list: ['g.powder', '$item', '$in.water'] } },
      ),
    },
    out: { coffee: 'p.coffee', all: 'p.all' },
  });

  it('is a node whose inputs are the list, then what its nodes read from around', () => {
    const { plan, root, node } = within(document, 'p');
    expect(node).toEqual({
      kind: 'scoped',
      id: 'p',
      in: [0, nodeOf(root, 'a').out, 1],
      out: 3,
      body: 1,
      scopes: 'item',
      onFailure: 'continue',
      from: { kind: 'list', concurrency: 1000, ordered: true },
    });
    expect([inputNames(plan, node), outputNames(plan, node)]).toEqual([['items'], ['all', 'coffee']]);
    expect(root.outputs.map(({ name, of, schema }) => ({ name, of, schema }))).toEqual([
      { name: 'all', of: 3, schema: { type: 'array', items: { type: 'array', items: expect.anything() } } },
      { name: 'coffee', of: 4, schema: { type: 'array', items: { type: 'string' } } },
    ]);
  });

  it('has a body whose inputs are the item, its index, and each captured value once, as they come up', () => {
    const { body } = within(document, 'p');
    const [item, index, sugar, water] = [0, 1, 2, 3];
    expect([body.inputs, body.slots]).toEqual([4, 7]);
    expect(body.nodes.map(({ id, in: inputs, out }) => ({ id, in: inputs, out }))).toEqual([
      { id: 'g', in: [item], out: 4 },
      { id: 'b', in: [index, 4, sugar, water], out: 5 },
    ]);
    expect(body.outputs.map(({ name, of }) => [name, of])).toEqual([
      ['all', -1],
      ['coffee', 5],
    ]);
    expect(body.forms[0]).toEqual({ kind: 'list', of: [4, item, water] });
  });

  it('keeps what it says of its items', () => {
    const said = { concurrency: 1, ordered: false, onFailure: 'stop' } as const;
    const { node } = within(nodes({ p: { each: { value: [] }, ...said } }), 'p');
    expect(node).toMatchObject({ onFailure: 'stop', from: { kind: 'list', concurrency: 1, ordered: false } });
  });

  it('may be without nodes, and without outputs', () => {
    const { body, node } = within(nodes({ p: each({ value: [1] }, {}, { same: '$item', at: 'p.$index' }) }), 'p');
    expect(body.outputs.map(({ name, of }) => [name, of])).toEqual([
      ['at', 1],
      ['same', 0],
    ]);
    expect(body.nodes).toEqual([]);
    expect(node.in).toEqual([-1]);
    expect(within(nodes({ p: { each: { value: [1] } } }), 'p').body.outputs).toEqual([]);
  });
});

describe('a loop', () => {
  const loop: LoopNode = {
    loop: { state: { n: N, text: { type: 'string', optional: true }, k: { ...N, default: 7 } }, max: 5, until: 'b.ok' },
    in: { n: '$in.n' },
    nodes: {
      b: { step: 'brew', in: { powder: 'g.powder', water: '$state.k', cups: '$iteration', sugar: '$in.n' } },
      g: grind('$state.n'),
    },
    next: { n: 'g.powder', text: 'b.coffee' },
  };
  const document = cafe({ in: { n: N }, nodes: { l: loop }, out: { n: 'l.n' } });

  it('is a node whose inputs are the first state, then what its nodes read from around', () => {
    const { plan, root, node } = within(document, 'l');
    expect(root.forms).toEqual([expect.objectContaining({ kind: 'value' }), { kind: 'none' }]);
    expect(node).toEqual({
      kind: 'scoped',
      id: 'l',
      in: [-1, 0, -2, 0],
      out: 1,
      body: 1,
      scopes: 'iteration',
      onFailure: 'stop',
      from: {
        kind: 'loop',
        state: [
          { name: 'k', schema: { type: 'number', default: 7 } },
          { name: 'n', schema: N },
          { name: 'text', schema: { type: 'string', optional: true }, optional: true },
        ],
        until: 0,
        max: 5,
        onLimit: 'fail',
      },
    });
    expect([inputNames(plan, node), outputNames(plan, node)]).toEqual([
      ['k', 'n', 'text'],
      ['k', 'n', 'text'],
    ]);
  });

  it('has a body whose inputs are the state, the number of the iteration and what is captured, and that gives the next', () => {
    const { body } = within(document, 'l');
    expect([body.inputs, body.slots]).toEqual([5, 8]);
    expect(body.nodes.map(({ id, in: inputs, out }) => ({ id, in: inputs, out }))).toEqual([
      { id: 'g', in: [1], out: 5 },
      { id: 'b', in: [3, 5, 4, 0], out: 6 },
    ]);
    expect(body.conditions).toEqual([{ kind: 'is', of: 7 }]);
    const [k, n, text] = body.outputs;
    expect([n?.of, text?.of]).toEqual([5, 6]);
    expect(body.forms[-1 - (k?.of ?? 0)]).toMatchObject({ kind: 'first' });
  });

  it.each<[string, LoopNode['loop'], object]>([
    [
      '100 times at most, with a condition',
      { state: {}, until: { value: false } },
      { max: 100, onLimit: 'fail', until: 0 },
    ],
    ['as often as it says, without one', { state: {}, max: 3 }, { max: 3, onLimit: 'fail' }],
    [
      'or ends as it is at its limit',
      { state: {}, until: { value: false }, max: 3, onLimit: 'stop' },
      { max: 3, onLimit: 'stop', until: 0 },
    ],
  ])('runs %s', (_, rule, from) => {
    expect(within(nodes({ l: { loop: rule } }), 'l').node).toMatchObject({
      from: { kind: 'loop', state: [], ...from },
    });
    expect('until' in from).toBe(rule.until !== undefined);
  });

  it('is open where nothing gives it a required state', () => {
    const { plan, node } = within(nodes({ l: { loop: { state: { n: N }, max: 1 }, next: { n: '$state.n' } } }), 'l');
    expect(plan.open).toEqual([{ address: 'l/$in.n', schema: N }]);
    expect(node.in).toEqual([0]);
  });

  it('gives the default of a state that an iteration loses, to the next one as to `until`', () => {
    const state = { n: { ...N, default: 3 } };
    const { body } = within(
      nodes({
        l: { loop: { state, until: { expr: 'n > 2' } }, nodes: { g: grind('$state.n') }, next: { n: 'g.powder' } },
      }),
      'l',
    );
    const [condition] = body.conditions;
    const asked = condition?.kind === 'expr' ? condition.of[condition.names.indexOf('n')] : undefined;
    for (const source of [body.outputs[0]?.of, asked]) {
      const form = body.forms[-1 - (source ?? 0)];
      expect(form).toEqual({ kind: 'first', of: [nodeOf(body, 'g').out, expect.any(Number)] });
      const usual = form?.kind === 'first' ? form.of[1] : undefined;
      expect(body.forms[-1 - (usual ?? 0)]).toEqual({ kind: 'value', value: { inline: 3, size: 1 } });
    }
  });

  it('has the defaults of ports stand in for a state that an iteration may lose, and not for one that has a default', () => {
    const state = { lost: N, kept: { ...N, default: 3 } };
    const brew = (cups: Form): DocumentNode => ({
      step: 'brew',
      in: { powder: { value: 1 }, water: { value: 1 }, cups },
    });
    const { body } = within(
      nodes({
        l: {
          loop: { state, max: 2 },
          in: { lost: { value: 1 } },
          nodes: { a: brew('$state.lost'), b: brew('$state.kept') },
          next: { lost: '$state.lost', kept: '$state.kept' },
        },
      }),
      'l',
    );
    // Of the ports of a brew by name, the cups are the first one.
    const [cups = 0] = nodeOf(body, 'a').in;
    expect(body.forms[-1 - cups]).toMatchObject({ kind: 'first', of: [1, expect.any(Number)] });
    expect(nodeOf(body, 'b').in[0]).toBe(0);
  });

  it('gives `until` the state that is left, the number of the iteration, and what it names itself, which wins', () => {
    const until = { expr: 'n > 2 and iteration > m', in: { m: '$state.n', iteration: 'g.powder' } };
    const { body } = within(
      nodes({
        l: {
          loop: { state: { n: N }, until },
          in: { n: { value: 1 } },
          nodes: { g: grind('$state.n'), h: grind('$state.n') },
          next: { n: 'h.powder' },
        },
      }),
      'l',
    );
    const [g, h] = ['g', 'h'].map(id => nodeOf(body, id).out);
    expect(body.conditions).toMatchObject([{ names: ['iteration', 'm', 'n'], of: [g, 0, h] }]);
  });
});

describe('what is read from around', () => {
  it('comes through every body between, once in each', () => {
    const document = cafe({
      in: { list: LIST },
      nodes: {
        a: grind({ value: 1 }),
        p: each('$in.list', {
          q: each('$in.list', {
            x: grind('p.$item'),
            y: grind('a.powder'),
            z: grind({ first: ['p.$item', 'p.$index', '$item', 'q.$item', 'w.powder'] }),
          }),
          w: grind('a.powder'),
        }),
      },
    });
    const p = within(document, 'p');
    const q = within(document, 'p', 'q');
    expect(p.node.in).toEqual([0, 0, nodeOf(p.root, 'a').out]);
    expect(q.node.in).toEqual([2, 0, 3, 1, nodeOf(p.body, 'w').out]);
    expect(q.body.nodes.map(({ id, in: inputs }) => [id, inputs])).toEqual([
      ['x', [2]],
      ['y', [3]],
      ['z', [-1]],
    ]);
    expect(q.body.forms).toEqual([{ kind: 'first', of: [2, 4, 0, 0, 5] }]);
  });

  it('is, by a word alone, of the innermost each or loop of its kind, whatever is between', () => {
    const inner = {
      a: { step: 'grind', in: { beans: '$item' } },
      b: { step: 'grind', in: { beans: '$state.n' } },
      c: { step: 'grind', in: { beans: '$iteration' } },
      d: { step: 'grind', in: { beans: 'p.$index' } },
    };
    const loop: DocumentNode = {
      loop: { state: { n: N }, max: 1 },
      in: { n: '$item' },
      nodes: { q: each({ list: ['$item', '$state.n'] }, inner) },
      next: { n: '$item' },
    };
    const document = nodes({ p: each({ value: [1] }, { l: loop }) });
    const l = within(document, 'p', 'l');
    const q = within(document, 'p', 'l', 'q');
    // In the loop: the state, the iteration, and `$item` and `$index` of the each around it.
    expect([l.node.in, l.body.inputs]).toEqual([[0, 0, 1], 4]);
    expect(l.body.forms).toEqual([{ kind: 'list', of: [2, 0] }]);
    expect(q.node.in).toEqual([-1, 0, 1, 3]);
    expect(q.body.nodes.map(({ id, in: inputs }) => [id, ...inputs])).toEqual([
      ['a', 0],
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ]);
    expect(l.body.outputs).toMatchObject([{ name: 'n', of: 2 }]);
  });

  it('may be absent as it may be there: defaults stand in for it', () => {
    const brew: DocumentNode = { step: 'brew', in: { powder: '$item', water: '$in.sure', cups: 'a.powder' } };
    const again: DocumentNode = { step: 'brew', in: { powder: '$item', water: '$in.sure', cups: '$in.sure' } };
    const document = cafe({
      in: { sure: N },
      nodes: { a: grind({ value: 1 }), p: each({ value: [1] }, { b: brew, c: again }) },
    });
    const { body } = within(document, 'p');
    const [cups = 0] = nodeOf(body, 'b').in;
    expect(body.forms[-1 - cups]).toMatchObject({ kind: 'first' });
    expect(nodeOf(body, 'c').in[0]).toBe(nodeOf(body, 'c').in[3]);
  });

  it('makes a node wait as what it reads itself does', () => {
    const { root } = rootOf(nodes({ a: each({ value: [1] }, { x: grind('b.powder') }), b: grind({ value: 1 }) }));
    expect(root.nodes.map(({ id }) => id)).toEqual(['b', 'a']);
  });
});
