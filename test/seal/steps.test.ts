import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { manifestDigest } from '../../src/document/manifest-digest.js';
import { parseDocument } from '../../src/document/parse.js';
import { compile } from '../../src/graph/compile.js';
import { manifestOf } from '../../src/graph/manifest.js';
import { step } from '../../src/graph/step.js';
import { runLocal } from '../../src/local/run-local.js';
import type { RunContext } from '../../src/seal/run-context.js';
import type { Log } from '../../src/step/ctx.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { digestOf } from '../../src/value/digest.js';
import { leak, leaks, leaky, type How } from './leaky.js';

const SECRET = 'sk-7d"8/ä+=e0f1';
const PASSWORD = 'hunter2-hunter2';
const CONTEXT = { _global: { apiKey: SECRET, login: { user: 'me', password: PASSWORD } } };

/** Everything a run tells. */
async function told(how: How, context: RunContext = CONTEXT) {
  const lines: unknown[] = [];
  const write = (message: string, fields?: object): void => void lines.push([message, fields]);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const run = runLocal(leaks, { steps: [leak], input: { how }, context, log, store: createMemoryStore() });
  const frames: unknown[] = [];
  for await (const frame of run.watch()) frames.push(frame);
  const result = await run.result().catch((error: unknown) => error);
  const { error, failures } = { error: undefined, failures: [], ...(result as object) };
  return { result, text: JSON.stringify({ frames, lines, result, error, failures, view: await run.view() }), lines };
}

describe('a step that is given secrets (RN-17) [A5]', () => {
  test('uses them: its component before _global, a default where neither gives one', async () => {
    const used = async (context: RunContext): Promise<unknown> => (await told('use', context)).result;
    const digest = (...values: (string | null)[]): unknown => ({ digest: digestOf(values) });
    expect(await used({ _global: { apiKey: 'sk-all' } })).toEqual(digest('sk-all', 'everywhere', null));
    const mixed = { _global: { apiKey: 'sk-all', region: 'eu' }, tell: { apiKey: 'sk-mine' } };
    expect(await used(mixed)).toEqual(digest('sk-mine', 'eu', null));
  });

  test('fails without one that it needs, once, and says which', async () => {
    for (const context of [{}, { _global: { region: 'eu' } }]) {
      const { result } = await told('use', context);
      const details = { address: 'tell', name: 'apiKey' };
      expect(result).toMatchObject({ code: 'missing_context', address: 'tell', cause: { details, attempt: 1 } });
    }
  });

  test('fails with one of another type, which is not told', async () => {
    const { result, text } = await told('use', { tell: { apiKey: ['sk-in-a-list'] } });
    expect(result).toMatchObject({ code: 'invalid_context', cause: { details: { address: 'tell', name: 'apiKey' } } });
    expect(text).not.toContain('sk-in-a-list');
  });

  test.each([
    ['throw', { code: 'E_[context login]', cause: { attempt: 2 } }, 2],
    ['refuse', { code: 'no [context apiKey]', cause: { attempt: 1 } }, 1],
    ['throwText', { code: 'thrown_value', cause: { attempt: 2 } }, 2],
    ['use', { digest: digestOf([SECRET, 'everywhere', CONTEXT._global.login]) }, 1],
  ] as const)('tells none of them: %s', async (how, expected, attempts) => {
    const { text, lines, result } = await told(how);
    expect(result).toMatchObject(expected);
    expect(text).toContain('[context apiKey]');
    expect(lines).toHaveLength(attempts);
    for (const secret of [SECRET, PASSWORD]) expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(text).not.toMatch(/sk-7|c2stN2|hunter|eyJhcGlLZXki/);
  });

  test.each([
    ['output', 'more'],
    ['encodedOutput', 'digest'],
    ['hiddenOutput', 'url'],
    ['wrongOutput', 'digest'],
    ['noObject', ''],
  ] as const)('may not give one as an output: %s', async (how, port) => {
    const { result, text } = await told(how);
    const details = { address: 'tell', port, name: 'apiKey' };
    expect(result).toMatchObject({ code: 'context_in_output', cause: { details, attempt: 1 } });
    expect(text).not.toMatch(/sk-7|c2stN2/);
  });

  test('is asked of a run in this process as of one on a server', () => {
    const start = () => runLocal(leaks, { steps: [leak], input: { how: 'use' }, context: { tall: { apiKey: 'x' } } });
    expect(start).toThrow(expect.objectContaining({ code: 'invalid_context' }));
  });
});

describe('the context of a contract (RN-17)', () => {
  test('stands in the manifest, by name in the plan, and passes through a document', () => {
    expect(Object.keys(manifestOf(leaky).context ?? {})).toEqual(['apiKey', 'login', 'region']);
    expect(compile(leaks).contracts[0]?.context).toEqual(['apiKey', 'login', 'region']);
    const parsed = parseDocument(JSON.parse(JSON.stringify(leaks.document)));
    expect(parsed.ok && compile(parsed.document).hash).toBe(compile(leaks).hash);
  });

  test('is part of what a worker compares, unless there is none', () => {
    const digest = (context: Record<string, z.ZodType>) =>
      manifestDigest(manifestOf(step({ id: 'a', in: {}, out: {}, context })));
    const all = [digest({}), digest({ a: z.string() }), digest({ b: z.string() }), digest({ a: z.number() })];
    expect(new Set(all).size).toBe(4);
    expect(digest({})).toBe(manifestDigest({ in: {}, out: {}, options: {} }));
    expect(manifestOf(step({ id: 'a', in: {}, out: {} }))).not.toHaveProperty('context');
  });

  test('is checked like ports', () => {
    const context = { $x: z.string(), fn: z.function() as unknown as z.ZodType };
    expect(() => step({ id: 'a', in: {}, out: {}, context })).toThrow(/context "\$x"[^]*context "fn"/);
  });
});
