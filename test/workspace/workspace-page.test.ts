/** The example of docs/workspace.md, as its readers would save it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/workspace.md'), 'utf8');
const [, name = '', text = ''] = /```ts\n\/\/ (\S+)\n([\s\S]*?)```/.exec(page) ?? [];

// Here, so that its imports find what the project has installed.
mkdirSync(join(root, '.cache'), { recursive: true });
const folder = mkdtempSync(join(root, '.cache/workspace-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('OI-08 OI-06: the example gives what it says', async () => {
  writeFileSync(join(folder, name), text.replace("'espalier/workspace'", `'${join(root, 'src/workspace/index.ts')}'`));
  const { drafting, both } = await import(join(folder, name));
  expect(drafting.memory).toEqual({ 'up|result': 'HELLO' });
  expect(page).toContain("drafting.memory is { 'up|result': 'HELLO' }");
  expect(both).toMatchObject(['A', 'B'].map(result => ({ drafting: { memory: { 'up|result': result } } })));
});
