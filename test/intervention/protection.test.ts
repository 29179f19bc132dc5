import { describe, expect, test } from 'vitest';
import type { Document, Protection } from '../../src/document/document.js';
import { checkInterventions } from '../../src/intervention/check.js';
import { compile } from '../../src/plan/compile.js';
import type { Plan } from '../../src/plan/plan.js';
import { override } from '../engine/changes-of.js';

const N = { type: 'number' } as const;
const MAY = { ...N, optional: true } as const;
const LIST = { type: 'array', items: N } as const;

/** Ports of all kinds around the output `a.x` and around nested graphs; `beside` has nothing to do with any of them. */
const kitchen = (protect: Readonly<Record<string, Protection>>, ofInner: Document['protect'] = {}): Plan =>
  compile({
    id: 'kitchen',
    in: { n: N, go: { type: 'boolean' } },
    steps: {
      mill: { in: { n: N }, out: { x: N, y: N } },
      add: { in: { list: LIST }, out: { n: N } },
      eat: { in: { n: MAY } },
      split: { in: { n: N }, out: { list: LIST } },
    },
    nodes: {
      a: { step: 'mill', in: { n: '$in.n' } },
      b: { step: 'mill', in: { n: '$in.n' } },
      s: { step: 'split', in: { n: '$in.n' } },
      direct: { step: 'eat', in: { n: 'a.x' } },
      first: { step: 'eat', in: { n: { first: ['b.x', 'a.x'] } } },
      list: { step: 'add', in: { list: { list: ['b.x', 'a.x'] } } },
      flat: { step: 'add', in: { list: { flat: { list: ['s.list', { list: ['a.x'] }] } } } },
      beside: { step: 'eat', in: { n: 'a.y' } },
      g: { graph: 'inner', in: { n: 'a.x', m: 'b.y' }, when: '$in.go' },
      through: { step: 'eat', in: { n: 'g.same' } },
      fine: { step: 'eat', in: { n: 'g.fine' } },
    },
    out: { x: 'a.x', fine: { first: ['g.fine', { value: 0 }] } },
    graphs: {
      inner: {
        id: 'inner',
        in: { n: N, m: N },
        nodes: { mill: { step: 'mill', in: { n: '$in.n' } }, other: { step: 'mill', in: { n: '$in.m' } } },
        out: { same: '$in.n', fine: 'mill.x' },
        protect: ofInner,
      },
    },
    protect,
  });

const JSON_OF: Readonly<Record<string, readonly number[]>> = { 'list/$in.list': [1], 'flat/$in.list': [1] };
const codes = (plan: Plan, at: string, reason?: string): readonly string[] =>
  checkInterventions(plan, [override(at, JSON_OF[at] ?? 1, reason === undefined ? {} : { reason })]).map(
    ({ code }) => code,
  );

/** What an override can't be put at, and why: it would change what is protected. */
const AROUND: readonly (readonly [what: string, at: string, protects: string])[] = [
  ['the port itself', 'a.x', 'a.x'],
  ['a consumer that reads it directly', 'direct/$in.n', 'a.x'],
  ['a consumer that reads it through `first`', 'first/$in.n', 'a.x'],
  ['a consumer that reads it through `list`', 'list/$in.list', 'a.x'],
  ['a consumer that reads it through `flat`', 'flat/$in.list', 'a.x'],
  ['a consumer inside a nested graph', 'g/mill/$in.n', 'a.x'],
  ['a consumer that reads it through a guard and two ports of a nested graph', 'through/$in.n', 'a.x'],
  ['an input of a nested graph that it feeds', 'g/$in.n', 'a.x'],
  ['an output of a nested graph that passes it on', 'g.same', 'a.x'],
  ['an output of the run', '$out.x', 'a.x'],
  ['a consumer of a protected output of a nested graph', 'fine/$in.n', 'g.fine'],
  ['an output of the run that reads one', '$out.fine', 'g.fine'],
  ['the output of a node that a protected output of its graph passes on', 'g/mill.x', 'g.fine'],
  ['the output that a protected input of a nested graph passes on', 'a.x', 'g/$in.n'],
  ['the output that a protected, guarded output of a nested graph passes on', 'a.x', 'g.same'],
  ['a consumer of a protected input of a nested graph', 'g/mill/$in.n', 'g/$in.n'],
  ['a consumer of a protected input of the run', 'a/$in.n', '$in.n'],
  ['the input of one consumer', 'direct/$in.n', 'direct/$in.n'],
];

describe('a protected port', () => {
  test.each(AROUND)('is not changed at %s: %s where %s is protected', (_, at, protects) => {
    expect(codes(kitchen({}), at)).toEqual([]);
    const never = kitchen({ [protects]: 'never' });
    expect([codes(never, at), codes(never, at, 'I know why')]).toEqual([['forbidden'], ['forbidden']]);
  });

  test.each(AROUND)('is changed with a reason and only then at %s: %s where %s asks for one', (_, at, protects) => {
    const plan = kitchen({ [protects]: 'with-reason' });
    expect([codes(plan, at), codes(plan, at, ' '), codes(plan, at, 'I know why')]).toEqual([
      ['forbidden'],
      ['forbidden'],
      [],
    ]);
  });

  test.each([
    ['another output of its node', 'a.y', 'a.x'],
    ['who reads another output of its node', 'beside/$in.n', 'a.x'],
    ['what feeds its node', 'a/$in.n', 'a.x'],
    ['another source of a form that reads it', 'b.x', 'a.x'],
    ['the input beside it of a nested graph', 'g/$in.m', 'g/$in.n'],
    ['a consumer of that', 'g/other/$in.n', 'g/$in.n'],
    ['another output of a node inside', 'g/mill.y', 'g.fine'],
    ['another node inside', 'g/other.x', 'g.fine'],
    ['what a step makes of it', 'g/mill.x', 'g/$in.n'],
    ['another consumer, where only one is protected', 'first/$in.n', 'direct/$in.n'],
  ])('leaves free %s: %s where %s is protected', (_, at, protects) => {
    expect(codes(kitchen({ [protects]: 'never' }), at)).toEqual([]);
  });

  test('inside a nested graph is not changed from around it', () => {
    const plan = kitchen({}, { 'mill.x': 'never', '$in.m': 'with-reason' });
    expect(['g/mill.x', 'g.fine', 'fine/$in.n', '$out.fine'].map(at => codes(plan, at, 'I know why'))).toEqual(
      Array.from({ length: 4 }, () => ['forbidden']),
    );
    expect(['g/$in.m', 'g/other/$in.n', 'b.y'].map(at => [codes(plan, at), codes(plan, at, 'I know why')])).toEqual(
      Array.from({ length: 3 }, () => [['forbidden'], []]),
    );
  });

  test('of two protections of what a port reads the stricter one counts', () => {
    const plan = kitchen({ 'a.x': 'with-reason', 'b.x': 'never' });
    expect(codes(plan, 'first/$in.n', 'I know why')).toEqual(['forbidden']);
    expect(codes(plan, 'direct/$in.n', 'I know why')).toEqual([]);
  });
});

describe('an index', () => {
  test.each(['g[3]/mill.x', 'g@1/mill.x', 'g[3]/mill/$in.n', 'g[0]/$in.n', 'a[0]/mill.x', 'nope[0]/mill.x'])(
    'I2 at something that opens no scopes makes no address: %s',
    at => {
      const [issue] = checkInterventions(kitchen({}), [override(at, 1)]);
      expect(issue).toMatchObject({ code: 'bad_address', path: '/0/at', at });
    },
  );

  test('I2 is no part of the address of a node in a nested graph', () => {
    expect(codes(kitchen({}), 'g/mill.x')).toEqual([]);
  });
});
