import { Script } from 'node:vm';
import { beforeAll, expect, test } from 'vitest';
import { bundleWorkflows } from '../../workers/bundle.js';

let code = '';
let sources: readonly string[] = [];

beforeAll(async () => {
  ({ code } = await bundleWorkflows());
  const [, map = ''] = /sourceMappingURL=data:application\/json;charset=utf-8;base64,(\S+)/.exec(code) ?? [];
  ({ sources } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: readonly string[] });
});

/** The room or the package a source belongs to. */
function origin(source: string): string {
  const [, inPackage] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source) ?? [];
  if (inPackage) return inPackage;
  return source.split('/').slice(0, 2).join('/');
}

test('holds the sandbox, the pure rooms and the SDK, and nothing else: no zod, no Node', () => {
  const origins = new Set(sources.filter(source => !/^(webpack|ignored)/.test(source)).map(origin));
  const allowed = new Set([
    ...['workers/workflows', 'src/protocol', 'src/run', 'src/engine', 'src/intervention', 'src/plan', 'src/document'],
    ...['src/expression', 'src/schema', 'src/value'],
    ...['@temporalio/common', '@temporalio/workflow', 'nexus-rpc', 'long', 'ms'],
    // The SDK's stand-ins for Node's assert, url and util.
    '@temporalio/worker',
  ]);
  expect([...origins].filter(name => !allowed.has(name))).toEqual([]);
  expect(origins).toContain('src/engine');
});

test('is less than 2.25 MB and names no path of this machine', () => {
  console.log(`workflow bundle: ${(code.length / 1024).toFixed(0)} KiB`);
  expect(code.length).toBeLessThan(2.25 * 1024 * 1024);
  expect(code).not.toContain(process.cwd());
  expect(sources.some(source => source.includes(process.cwd()))).toBe(false);
});

test('is what the build would be: no syntax of ours is replaced by functions', () => {
  expect(code).not.toMatch(/function _object_spread|function _class_private/);
});

test('evaluates no text as code', () => {
  const ours = code.split(/^\/\*\*\*\/ "/m).filter(module => /^\.\/(workers|src)\//.test(module));
  expect(ours.length).toBeGreaterThan(10);
  for (const module of ours) expect(module).not.toMatch(/\beval\s*\(|new Function\b/);
});

test('is a script that the sandbox can load', () => {
  expect(() => new Script(code)).not.toThrow();
});
