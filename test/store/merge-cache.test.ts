import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryMergeCache, createMergeCache } from '../../src/store/merge-cache.js';
import { entry, mergeCacheContract } from './merge-cache-contract.js';

async function createDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'espalier-merges-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

mergeCacheContract('memory', async () => createMemoryMergeCache());
mergeCacheContract('a folder', async () => createMergeCache(join(await createDir(), 'merges')));

describe('a merge cache in memory', () => {
  it('forgets the entries that were not used for longest', async () => {
    const cache = createMemoryMergeCache(2);
    const [first, second, third] = [entry(1), entry(2), entry(3)];
    await cache.put(first.key, first.value);
    await cache.put(second.key, second.value);
    await cache.get(first.key);
    await cache.put(third.key, third.value);
    await cache.put(third.key, third.value);
    const left = await Promise.all([first, second, third].map(({ key }) => cache.get(key)));
    expect(left).toEqual([first.value, undefined, third.value]);
  });
});

describe('a merge cache in a folder', () => {
  const { key, value } = entry(1);
  const fileIn = (dir: string): string => join(dir, key.slice(0, 2), key.slice(2));

  it('IV-15: shows its entries to another process on the same folder', async () => {
    const dir = await createDir();
    await createMergeCache(dir).put(key, value);
    expect(await createMergeCache(dir).get(key)).toEqual(value);
    expect(await readdir(join(dir, 'tmp'))).toEqual([]);
  });

  it('gives what it has read from memory from then on', async () => {
    const dir = await createDir();
    await createMergeCache(dir).put(key, value);
    const cache = createMergeCache(dir);
    await cache.get(key);
    await rm(dir, { recursive: true });
    expect(await cache.get(key)).toEqual(value);
  });

  it.each(['', '{"digest', 'null', '[]', '{"size":1}', JSON.stringify({ ...value, inline: 2 })])(
    'takes an entry that is damaged for none, until it is put again: %s',
    async text => {
      const dir = await createDir();
      await createMergeCache(dir).put(key, value);
      await writeFile(fileIn(dir), text);
      expect(await createMergeCache(dir).get(key)).toBeUndefined();
      await createMergeCache(dir).put(key, value);
      expect(await createMergeCache(dir).get(key)).toEqual(value);
    },
  );

  it('that can hold nothing costs nothing but the merge', async () => {
    const file = join(await createDir(), 'a file');
    await writeFile(file, '');
    await createMergeCache(file).put(key, value);
    expect(await createMergeCache(file).get(key)).toBeUndefined();
  });
});
