import { describe, expect, it } from 'vitest';
import { literal } from '../../src/value/leaf.js';
import { cafe, idsOf, nodeOf, nodes, rootOf, stepOf, STEPS } from './kitchen.js';

const N = { type: 'number' } as const;

describe('a plan', () => {
  it('is flat: slots of inputs, open ports and outputs, and nodes that read them by number', () => {
    const { plan, root } = rootOf(
      cafe({
        title: 'Coffee',
        in: { beans: N },
        nodes: {
          grind: { step: 'grind', in: { beans: '$in.beans' } },
          cup: { step: 'brew', in: { powder: 'grind.powder', sugar: { value: 3 } }, options: { style: 'latte' } },
        },
        out: { coffee: 'cup.coffee' },
      }),
    );
    expect(plan).toMatchObject({ planVersion: 1, graph: 'cafe', title: 'Coffee', onFailure: 'stop', clusters: [] });
    expect(plan.inputs).toEqual([{ name: 'beans', schema: N }]);
    expect(plan.open).toEqual([{ address: 'cup/$in.water', schema: N }]);
    expect(plan.contracts.map(({ step, in: inputs }) => [step, inputs.map(port => port.name)])).toEqual([
      ['grind', ['beans']],
      ['brew', ['cups', 'powder', 'sugar', 'water']],
    ]);
    expect(root).toEqual({
      inputs: 2,
      slots: 5,
      nodes: [
        { kind: 'step', id: 'grind', in: [0], out: 2, contract: 0, policy: 0 },
        { kind: 'step', id: 'cup', in: [-2, 2, -1, 1], out: 3, contract: 1, policy: 0, options: { style: 'latte' } },
      ],
      forms: [
        { kind: 'value', value: literal(3) },
        { kind: 'value', value: literal(1) },
      ],
      conditions: [],
      outputs: [{ name: 'coffee', schema: { type: 'string' }, of: 3 }],
    });
  });

  it('of an empty graph is empty', () => {
    expect(rootOf({ id: 'empty' }).root).toEqual({
      inputs: 0,
      slots: 0,
      nodes: [],
      forms: [],
      conditions: [],
      outputs: [],
    });
  });

  it('has nodes in topological order, ties by id in code units', () => {
    const grind = (from?: string) => ({ step: 'grind', in: { beans: from ?? { value: 1 } } });
    const document = nodes({
      b: grind(),
      a: grind('z.powder'),
      z: grind(),
      B: grind(),
      'b-1': grind(),
      b1: grind('b.powder'),
    });
    expect(idsOf(document)).toEqual(['B', 'b', 'b-1', 'b1', 'z', 'a']);
  });

  it('waits for what forms, conditions and sleeps read', () => {
    const grind = (beans: number) => ({ step: 'grind', in: { beans: { value: beans } } });
    const document = nodes({
      a: { step: 'grind', in: { beans: { first: [{ value: 1 }, 'z.value'] } } },
      b: { step: 'brew', when: { expr: 'y > 1', in: { y: 'y.powder' } } },
      y: grind(1),
      z: { sleep: '2s', in: { value: 'x.powder' } },
      x: grind(2),
    });
    expect(idsOf(document)).toEqual(['x', 'y', 'b', 'z', 'a']);
    expect(nodeOf(rootOf(document).root, 'z')).toMatchObject({ kind: 'sleep', duration: 2000 });
  });

  it('has open ports by address, whatever reads what', () => {
    const { plan } = rootOf(
      nodes({ a: { step: 'brew', in: { powder: 'z.powder' } }, z: { step: 'grind' }, b: { step: 'brew' } }),
    );
    expect(plan.open.map(({ address }) => address)).toEqual([
      'a/$in.water',
      'b/$in.powder',
      'b/$in.water',
      'z/$in.beans',
    ]);
  });

  it('wires a default where a port is left open, and behind what may be absent', () => {
    const { root, plan } = rootOf(
      cafe({
        in: { few: { ...N, optional: true }, many: { ...N, default: 7 } },
        nodes: {
          a: { step: 'brew' },
          b: { step: 'brew', in: { cups: '$in.few' } },
          c: { step: 'brew', in: { cups: '$in.many' } },
          d: { step: 'brew', in: { cups: { value: 2 } } },
        },
      }),
    );
    const cups = (id: string) => {
      const source = stepOf(root, id).in[0] as number;
      return source < 0 ? root.forms[-1 - source] : plan.inputs[source]?.name;
    };
    const usual = { kind: 'value', value: literal(1) };
    const usualSource = stepOf(root, 'a').in[0];
    expect(cups('a')).toEqual(usual);
    expect(cups('b')).toEqual({ kind: 'first', of: [0, usualSource] });
    expect(cups('c')).toBe('many');
    expect(cups('d')).toEqual({ kind: 'value', value: literal(2) });
    expect(root.forms.filter(({ kind }) => kind === 'value')).toHaveLength(2);
    expect(plan.inputs).toEqual([
      { name: 'few', schema: { ...N, optional: true }, optional: true },
      { name: 'many', schema: { ...N, default: 7 }, default: literal(7) },
    ]);
  });

  it('gives what is left open at an optional port the form that is always absent, once', () => {
    const { root } = rootOf(nodes({ a: { step: 'brew' }, b: { step: 'brew' } }));
    expect(root.forms.filter(({ kind }) => kind === 'none')).toHaveLength(1);
    expect(root.forms[-1 - (stepOf(root, 'b').in[2] as number)]).toEqual({ kind: 'none' });
  });

  it('takes outputs by name, with defaults and absent ones', () => {
    const { root } = rootOf(
      cafe({
        nodes: { g: { step: 'grind' } },
        returns: { a: { ...N, default: 4 }, b: { ...N, optional: true }, c: { ...N, optional: true } },
        out: { c: 'g.powder', a: 'g.powder', d: 'g.powder' },
      }),
    );
    expect(
      root.outputs.map(({ name, optional, of }) => [name, optional, of < 0 ? root.forms[-1 - of]?.kind : of]),
    ).toEqual([
      ['a', undefined, 'first'],
      ['b', true, 'none'],
      ['c', true, 1],
      ['d', undefined, 1],
    ]);
  });

  it('shares nothing with its document', () => {
    const beans = { value: [{ deep: 1 }] };
    const schema = { type: 'array' as const, items: { type: 'object' as const, properties: {} } };
    const document = cafe({
      steps: { eat: { in: { x: schema }, options: { o: schema } } },
      in: { y: schema },
      nodes: { a: { step: 'eat', in: { x: beans }, options: { o: beans.value } } },
      returns: { y: schema },
      out: { y: '$in.y' },
    });
    const { plan } = rootOf(document);
    const before = JSON.stringify(plan);
    beans.value[0] = { deep: 2 };
    Object.assign(schema.items.properties, { deep: { type: 'string' } });
    expect(JSON.stringify(plan)).toBe(before);
    expect(Object.isFrozen(document.in)).toBe(false);
    expect(Object.isFrozen(schema)).toBe(false);
  });
});

describe('options and policies', () => {
  it('fills in options, and leaves them out where a step has none', () => {
    const { root } = rootOf(
      nodes({ a: { step: 'brew' }, g: { step: 'grind' }, p: { step: 'pour', options: { into: 'cup' } } }),
    );
    expect(stepOf(root, 'a').options).toEqual({ style: 'espresso' });
    expect(stepOf(root, 'g')).not.toHaveProperty('options');
    expect(stepOf(root, 'p').options).toEqual({ into: 'cup' });
  });

  const standard = {
    retry: { attempts: 3, backoff: 'exponential', initial: 1000, max: 30_000, except: [] },
    timeout: 3_600_000,
    heartbeat: 5000,
    onFailure: 'fail',
  };

  it('has the defaults of the engine', () => {
    expect(rootOf(nodes({ a: { step: 'grind' } })).plan.policies).toEqual([standard]);
  });

  it('lets a use win over its step, field by field, also inside retry', () => {
    const steps = {
      slow: {
        retry: { attempts: 5, max: '2m' as const, except: ['b', 'a', 'b'] },
        timeout: '5m' as const,
        heartbeat: false as const,
      },
    };
    const { plan } = rootOf(
      cafe({
        steps,
        nodes: {
          a: { step: 'slow', retry: { initial: 10, max: '1m' }, deadline: '1h', limit: 2 },
          b: { step: 'slow' },
        },
      }),
    );
    const retry = { ...standard.retry, attempts: 5, max: 60_000, initial: 10, except: ['a', 'b'] };
    expect(plan.policies).toEqual([
      { ...standard, retry, timeout: 300_000, deadline: 3_600_000, heartbeat: false, limit: 2 },
      { ...standard, retry: { ...retry, initial: 1000, max: 120_000 }, timeout: 300_000, heartbeat: false },
    ]);
  });

  it('lengthens the longest delay to a longer first one', () => {
    const { plan } = rootOf(nodes({ a: { step: 'grind', retry: { initial: '1m' } } }));
    expect(plan.policies[0]?.retry).toMatchObject({ initial: 60_000, max: 60_000 });
  });

  it('keeps equal policies and equal contracts once', () => {
    const twin = { step: 'grind', retry: { attempts: 9 } };
    const inner = { id: 'g', nodes: { a: twin }, steps: { grind: STEPS['grind'] ?? {} } };
    const { plan, root } = rootOf(cafe({ nodes: { a: twin, b: twin, c: { graph: 'g' } }, graphs: { g: inner } }));
    expect(plan.policies).toHaveLength(1);
    expect(plan.contracts).toHaveLength(1);
    expect(root.nodes.map(({ id }) => id)).toEqual(['a', 'b', 'c/a']);
  });

  it('has fallbacks as leaves', () => {
    const { plan } = rootOf(
      nodes({ a: { step: 'grind', onFailure: { fallback: { powder: 4 } } }, b: { step: 'grind', onFailure: 'skip' } }),
    );
    expect(plan.policies.map(({ onFailure }) => onFailure)).toEqual([{ fallback: { powder: literal(4) } }, 'skip']);
  });
});

describe('clusters', () => {
  const grind = { step: 'grind' };
  const inner = { id: 'g', nodes: { a: grind, b: grind }, clusters: { own: { nodes: ['b'], limit: 1 } } };

  it('label the nodes they name, and those of nested graphs that have none of their own', () => {
    const { plan, root } = rootOf(
      cafe({
        nodes: { x: { graph: 'g' }, y: grind, z: { sleep: 1, in: { value: 'y.powder' } } },
        graphs: { g: inner },
        clusters: { mill: { nodes: ['x', 'z'], queue: 'mill', limit: 3 }, unused: { nodes: [] } },
      }),
    );
    const labels = root.nodes.map(({ id, cluster }) => [
      id,
      cluster === undefined ? undefined : plan.clusters[cluster]?.name,
    ]);
    expect(labels).toEqual([
      ['x/a', 'mill'],
      ['x/b', 'x/own'],
      ['y', undefined],
      ['z', 'mill'],
    ]);
    expect(plan.clusters).toContainEqual({ name: 'mill', queue: 'mill', limit: 3 });
    expect(plan.clusters).toHaveLength(2);
  });

  it('of a nested graph are its own in each use', () => {
    const { plan } = rootOf(cafe({ nodes: { x: { graph: 'g' }, y: { graph: 'g' } }, graphs: { g: inner } }));
    expect(plan.clusters).toEqual([
      { name: 'x/own', limit: 1 },
      { name: 'y/own', limit: 1 },
    ]);
  });
});

describe('conditions', () => {
  it('are one where several nodes wait for the same boolean', () => {
    const { root } = rootOf(
      nodes({
        a: { step: 'brew' },
        b: { step: 'brew', when: 'a.ok' },
        c: { step: 'brew', when: 'a.ok' },
        d: { step: 'brew', when: { expr: 'not ok', in: { ok: 'a.ok' } } },
      }),
    );
    const [ok] = [stepOf(root, 'a').out + 1];
    expect(root.conditions).toMatchObject([
      { kind: 'is', of: ok },
      { kind: 'expr', text: 'not ok', names: ['ok'], of: [ok] },
    ]);
    expect(['a', 'b', 'c', 'd'].map(id => stepOf(root, id).guards)).toEqual([undefined, [0], [0], [1]]);
  });

  it('ask whoever makes a value for the parts they read', () => {
    const any = { out: { x: {}, y: {} } };
    const expr = {
      expr: 'v.deep[0] > 1 and has(v.other) and len(w) > 2',
      in: { v: { first: ['s.value', '$in.p'] }, w: 'o.y' },
    };
    const { plan, root } = rootOf(
      cafe({
        in: { p: {}, q: {} },
        steps: { any, eat: { in: { x: {} }, out: { y: {} } } },
        nodes: {
          a: { step: 'any' },
          s: { sleep: 1, in: { value: 'a.x' } },
          o: { graph: 'g', when: { expr: 'q', in: { q: '$in.q' } } },
          c: { step: 'any', when: expr },
          d: { step: 'any', when: { expr: 'r[0].z > 0', in: { r: { list: ['a.y'] } } } },
        },
        graphs: { g: { id: 'g', in: { hole: {} }, out: { y: '$in.hole' } } },
      }),
    );
    const parts = ['/deep/0', '/deep/0#has', '/other#has'];
    expect(stepOf(root, 'a').peeks).toEqual({ x: parts });
    expect(plan.inputs).toEqual([
      { name: 'p', schema: {}, peeks: parts },
      { name: 'q', schema: {}, peeks: [''] },
    ]);
    expect(plan.open).toEqual([{ address: 'o/$in.hole', schema: {}, peeks: ['#len'] }]);
  });
});
