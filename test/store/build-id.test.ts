import { mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildIdOf, programFolders } from '../../src/store/build-id.js';

type Files = Readonly<Record<string, string>>;
const SHOP: Files = { 'package.json': '{}', 'package-lock.json': '{"a":1}', 'src/steps/index.ts': 'export {};' };

async function write(root: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}
async function folderOf(files: Files): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'espalier-build-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await write(root, files);
  return root;
}
async function idOf(...places: string[]): Promise<string | undefined> {
  const warnings: string[] = [];
  const id = await buildIdOf(places, {
    without: places.map(place => join(place, 'data')),
    warn: text => warnings.push(text),
  });
  expect(warnings).toEqual([]);
  return id;
}

test('is always the same for the same files, wherever they lie and whenever they were written', async () => {
  const [root, copy] = [await folderOf(SHOP), await folderOf(SHOP)];
  const id = await idOf(root);
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  await utimes(join(copy, 'package.json'), 1, 1);
  expect(await idOf(copy)).toBe(id);
  for (const place of ['src', 'src/steps', 'src/steps/index.ts']) expect(await idOf(join(root, place))).toBe(id);
  expect(await idOf(root, join(root, 'src'))).toBe(id);
});

test('is another one after any change of the lock file or of a file that may be code', async () => {
  const root = await folderOf(SHOP);
  const ids = [await idOf(root)];
  for (const files of [
    { 'package-lock.json': '{"a":2}' },
    { 'src/prices.json': '1' },
    { 'src/prices.json': '2' },
    { 'py/mill.py': '' },
  ]) {
    await write(root, files);
    ids.push(await idOf(root));
  }
  await rename(join(root, 'src/prices.json'), join(root, 'src/costs.json'));
  ids.push(await idOf(root));
  expect(new Set(ids).size).toBe(ids.length);
});

test('knows nothing of what is not shipped, unless that is what runs', async () => {
  const root = await folderOf(SHOP);
  const id = await idOf(root);
  await write(root, {
    ...{ 'node_modules/a/index.js': '1', '.espalier/report.md': '1', 'data/blobs.json': '1', 'coverage/all.json': '1' },
    ...{ 'src/photo.jpg': '1', 'dist/src/steps/index.js': '1' },
  });
  await symlink('/', join(root, 'src', 'all'));
  expect(await idOf(root)).toBe(id);
  const built = await idOf(join(root, 'dist/src'));
  await write(root, { 'dist/src/steps/index.js': '2' });
  expect(built).not.toBe(id);
  expect(await idOf(join(root, 'dist/src'))).not.toBe(built);
});

test('is that of the whole workspace, since packages there import each other', async () => {
  const root = await folderOf({
    ...{ 'package.json': '{ "workspaces": ["packages/*"] }', 'package-lock.json': '{}' },
    ...{ 'packages/one/package.json': '{}', 'packages/one/index.js': '1', 'packages/two/index.js': '1' },
  });
  const id = await idOf(join(root, 'packages/one'));
  await write(root, { 'packages/two/index.js': '2' });
  expect(await idOf(join(root, 'packages/one'))).not.toBe(id);
});

test('is that of the folder where there is no package', async () => {
  const root = await folderOf({ 'one/index.ts': '1', 'two/index.ts': '1' });
  const id = await idOf(join(root, 'one'));
  await write(root, { 'two/index.ts': '2' });
  expect(await idOf(join(root, 'one'))).toBe(id);
  expect(await idOf(join(root, 'one'), join(root, 'two'))).not.toBe(id);
});

test('is given up, and said so, when there is too much to read or nothing to begin with', async () => {
  const root = await folderOf(SHOP);
  await write(root, { 'large.json': '' });
  await truncate(join(root, 'large.json'), 101 * 2 ** 20);
  for (const [places, why] of [
    [[root], /not cached: the files in .* have more than 104857600 bytes; give the contracts a `version`/],
    [[join(root, 'nowhere')], /not cached: ENOENT/],
    [[], /not cached: the folder of their code is not known/],
  ] as const) {
    const warnings: string[] = [];
    expect(await buildIdOf(places, { warn: text => warnings.push(text) })).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(why)]);
  }
});

test('a program that is installed does not say where the code lies', () => {
  expect(programFolders('/app/dist/main.js')).toEqual(['/app/dist']);
  expect(programFolders('/usr/lib/node_modules/pm2/lib/container.js')).toEqual([]);
});
