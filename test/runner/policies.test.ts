import { expect, test } from 'vitest';
import { z } from 'zod';
import { compile } from '../../src/graph/compile.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { applyPolicies, type PolicyRule } from '../../src/runner/policies.js';

const n = z.number();
const ask = step({ id: 'ask', in: { n }, out: { n }, timeout: '1h' });
const load = step({ id: 'load', in: { n }, out: { n }, retry: { attempts: 7, except: ['E_NO'] } });
const inner = graph({ id: 'inner', in: { n }, out: { n } }, (g, i) => ({ out: { n: g.run(ask, { n: i.n }).n } }));
const source = graph({ id: 'source', in: { n }, out: { n } }, (g, i) => {
  const deep = g.run(inner, { n: i.n }, { as: 'deep' });
  return { out: { n: g.run(load, { n: deep.n }, { as: 'file', limit: 2 }).n } };
});
const plan = compile(source);

/** By address, of every node that executes a step. */
function policiesBy(rules: readonly PolicyRule[]) {
  const { bodies, policies } = applyPolicies(plan, rules);
  const nodes = bodies.flatMap(body => body.nodes);
  return Object.fromEntries(
    nodes.flatMap(node => (node.kind === 'step' ? [[node.id, policies[node.policy]] as const] : [])),
  );
}

test('RN-20: presets say what they say, and leave the rest as the graph has it', () => {
  const llm = { attempts: 4, backoff: 'exponential', initial: 1000, max: 30_000 };
  expect(policiesBy([{ match: 'file', policy: 'llm' }])['file']).toEqual({
    retry: { ...llm, except: ['E_NO'] },
    ...{ timeout: 30_000, heartbeat: 5000, onFailure: 'fail', limit: 2 },
  });
  expect(policiesBy([{ match: 'file', policy: 'io' }])['file']).toMatchObject({
    retry: { attempts: 3, backoff: 'linear', initial: 500 },
    ...{ timeout: 10_000, onFailure: 'skip' },
  });
  expect(policiesBy([{ match: 'file', policy: 'failFast' }])['file']).toMatchObject({
    retry: { attempts: 1 },
    ...{ timeout: 5000, onFailure: 'fail' },
  });
});

test.each<[string, PolicyRule['match'], readonly string[]]>([
  ['an id', 'ask', ['deep/ask']],
  ['an address', 'deep/ask', ['deep/ask']],
  ['a pattern', /^deep\//g, ['deep/ask']],
  ['a text with a star, which is any text within an id', 'deep/a*', ['deep/ask']],
  ['a star, which is no way into graphs', '*', ['file']],
  ['a star at no text', '*file*', ['file']],
  ['two stars, which are any text', '**', ['deep/ask', 'file']],
  ['two stars before a text', '**k', ['deep/ask']],
  ['stars that fit only a part', 'd*k', []],
  ['a text that would be a regular expression', 'fil.*', []],
  ['a step', { step: 'load' }, ['file']],
  ['a function', ({ id, at, step: of }) => `${id} ${at} ${of}` === 'ask deep/ask ask', ['deep/ask']],
  ['what is nowhere', 'nobody', []],
])('RN-20: a rule is for %s', (_, match, nodes) => {
  const changed = policiesBy([{ match, policy: { timeout: 123 } }]);
  expect(Object.keys(changed).filter(node => changed[node]?.timeout === 123)).toEqual(nodes);
});

test('RN-20: of several rules the first that matches counts, alone', () => {
  const rules: readonly PolicyRule[] = [
    { match: 'file', policy: { deadline: '1m' } },
    { match: /./, policy: { timeout: '2s', onFailure: 'skip' } },
  ];
  expect(policiesBy(rules)).toMatchObject({
    'deep/ask': { timeout: 2000, onFailure: 'skip' },
    file: { timeout: 3_600_000, deadline: 60_000, onFailure: 'fail' },
  });
});

test('RN-20: a fallback is of the ports of its step; all that is wrong is said at once', () => {
  const fallen = policiesBy([{ match: 'file', policy: { fallback: { n: 5 } } }])['file'];
  expect(fallen?.onFailure).toEqual({ fallback: { n: { size: 1, inline: 5 } } });
  const rules = [
    { match: 'ask', policy: 'fast' },
    { match: 'file', policy: { fallback: { n: 'five', m: 1 }, timeout: 'soon' } },
  ] as unknown as readonly PolicyRule[];
  const apply = () => applyPolicies(plan, rules);
  expect(apply).toThrow(expect.objectContaining({ code: 'invalid_policy' }));
  const expected = [/\/0: .*llm, io, failFast/, /\/1\/timeout: .*soon/, /\/1\/onFailure\/fallback\/[mn]: /];
  for (const each of expected) expect(apply).toThrow(each);
  const paths = ['/policies/0', '/policies/1/timeout', '/policies/1/onFailure/fallback/n'];
  const issues = expect.arrayContaining(paths.map(path => expect.objectContaining({ path }) as unknown)) as unknown;
  expect(apply).toThrow(expect.objectContaining({ issues }));
});

test('RN-20: a pattern of a stranger takes no time, whatever it is', () => {
  const began = performance.now();
  const match = `${'**a*'.repeat(1250)}b`;
  const id = 'a'.repeat(60);
  const long = graph({ id: 'long', in: { n }, out: { n } }, (g, i) => ({
    out: { n: g.run(ask, { n: i.n }, { as: id }).n },
  }));
  applyPolicies(compile(long), [{ match, policy: 'llm' }]);
  expect(performance.now() - began).toBeLessThan(1000);
});
