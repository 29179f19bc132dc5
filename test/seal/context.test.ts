import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compile } from '../../src/graph/compile.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { contextDigest, openContext, sealContext } from '../../src/seal/context.js';
import { checkContext, contextFor } from '../../src/seal/run-context.js';
import { keysOf, someKey, thrownBy } from './kit.js';

const context = { _global: { apiKey: 'sk-everybody' }, brew: { apiKey: 'sk-brew', hot: true } };
const run = { tenant: 'acme', graph: 'coffee', runId: 'monday' };

describe('a sealed context [A5]', () => {
  test('opens for the same run with the same keys, also after they were replaced', async () => {
    const [old, now] = [someKey(), someKey()];
    const sealed = await sealContext(context, keysOf(old), run);
    expect(await openContext(sealed, keysOf(old), run)).toEqual(context);
    expect(await openContext(sealed, keysOf(now, old), run)).toEqual(context);
  });

  test('has nothing of it to be read, and is never the same twice', async () => {
    const keys = keysOf();
    const [one, two] = [await sealContext(context, keys, run), await sealContext(context, keys, run)];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toMatch(/sk-|apiKey|brew/);
  });

  test.each([
    ['another run', { ...run, runId: 'tuesday' }],
    ['another graph', { ...run, graph: 'tea' }],
    ['another tenant', { ...run, tenant: 'other' }],
  ])('does not open for %s', async (_, other) => {
    const keys = keysOf();
    const sealed = await sealContext(context, keys, run);
    expect(await thrownBy(openContext(sealed, keys, other))).toMatchObject({ code: 'context_not_opened' });
  });

  test('does not open with other keys, nor when it is damaged', async () => {
    const keys = keysOf();
    const sealed = await sealContext(context, keys, run);
    const damaged = sealed.slice(0, -8) + (sealed.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA');
    for (const [text, by] of [
      [sealed, keysOf()],
      [damaged, keys],
      ['c2.x.y', keys],
      ['', keys],
      [`${sealed.slice(0, 20)}.`, keys],
    ] as const) {
      expect(await thrownBy(openContext(text, by, run))).toMatchObject({ code: 'context_not_opened' });
    }
  });

  test('has a digest that tells another context, and that only the key gives', async () => {
    const keys = keysOf();
    const digest = await contextDigest(context, keys, run);
    const reordered = { brew: { hot: true, apiKey: 'sk-brew' }, _global: context._global };
    expect(await contextDigest(reordered, keys, run)).toBe(digest);
    for (const other of [
      await contextDigest({ ...context, brew: { apiKey: 'sk-brew' } }, keys, run),
      await contextDigest(context, keysOf(), run),
      await contextDigest(context, keys, { ...run, runId: 'tuesday' }),
    ]) {
      expect(other).not.toBe(digest);
    }
  });
});

describe('what a node gets of a context (RN-17)', () => {
  const rich = { _global: { a: 1, b: 1 }, ocr: { b: 2 }, 'hard/ocr': { c: 3 }, 'pages/ocr': { a: 4 } };
  test.each([
    ['brew', { a: 1, b: 1 }],
    ['ocr', { a: 1, b: 2 }],
    ['hard/ocr', { a: 1, b: 2, c: 3 }],
    ['pages[3]/ocr', { a: 4, b: 2 }],
    ['$[7]/pages@2/ocr', { a: 4, b: 2 }],
    ['$[7]/ocr', { a: 1, b: 2 }],
  ])('at %s: its component before _global', (address, expected) => {
    expect(contextFor(rich, address, ['a', 'b', 'c', 'constructor'])).toEqual(expected);
  });

  test('is only what its step takes', () => {
    expect(contextFor(rich, 'ocr', ['b'])).toEqual({ b: 2 });
    expect(contextFor({}, 'ocr', ['b'])).toEqual({});
  });
});

const ask = step({ id: 'ask', in: {}, out: {}, context: { apiKey: z.string() } });
const plain = step({ id: 'plain', in: {}, out: {} });
const inner = graph({ id: 'inner', in: {}, out: {} }, g => ({ out: {}, nodes: [g.run(ask, {})] }));
const plan = compile(
  graph({ id: 'outer', in: {}, out: {} }, g => {
    const nodes = [g.run(ask, {}, { as: 'first' }), g.run(plain, {}), g.run(inner, {}, { as: 'hard' })];
    return { out: {}, nodes };
  }),
);

describe('the context of a plan (RN-17)', () => {
  test('is by node, by its id or its address', () => {
    const given = { apiKey: 'sk-1' };
    checkContext(plan, { _global: { ...given, unused: 1 }, first: given, ask: given, 'hard/ask': given, plain: {} });
  });

  test('names every component and name that there is not, and no value', () => {
    const wrong = { frist: { apiKey: 'sk-1' }, hard: {}, first: { apikey: 'sk-2' }, plain: { apiKey: 'sk-3' } };
    const check = () => checkContext(plan, wrong);
    expect(check).toThrow(expect.objectContaining({ code: 'invalid_context' }));
    expect(check).toThrow(
      'context: there is no node "frist", did you mean "first"?; there is no node "hard"; ' +
        'node first takes no "apikey", did you mean "apiKey"?; node plain takes no "apiKey"',
    );
  });

  test.each([
    [{ apiKey: 'sk-flat' }, /"apiKey" has a plain value: expected an object of objects/],
    [{ first: { apiKey: undefined } }, /\/first\/apiKey is not JSON/],
    [['sk-list'], /expected an object of objects/],
    [{ _global: { apiKey: 'sk-'.repeat(3000) } }, /expected at most 8192/],
  ])('is refused if it is of another form: %#', (wrong, message) => {
    const check = () => checkContext(plan, wrong as unknown as Parameters<typeof checkContext>[1]);
    expect(check).toThrow(message);
    expect(check).not.toThrow('sk-');
  });
});
