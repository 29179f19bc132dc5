/**
 * What operates have merged before, by the key of the merge: a memory for the last some, over a folder that lasts.
 * 1. An entry is an aid: one that is missing or damaged, or can't be kept, costs a merge and nothing else. No call fails.
 * 2. It holds the value as it travels; a large one lies in the blob store.
 */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { digestOf } from '../value/digest.js';
import type { Leaf } from '../value/value.js';
import { checkDigest } from './blob-store.js';
import { renameInto, sweep } from './drafts.js';

/** A key is 64 lower-case hexadecimal digits; another text is refused (`invalid_digest`). */
export interface MergeCache {
  get(key: string): Promise<Leaf | undefined>;
  put(key: string, value: Leaf): Promise<void>;
}

/** How many entries are kept in memory: each weighs 4 KiB at most. */
const IN_MEMORY = 2000;

/** In this process's memory; beyond `most` entries, those go that were not used for longest. */
export function createMemoryMergeCache(most = IN_MEMORY): MergeCache {
  const entries = new Map<string, Leaf>();
  const use = (key: string, value: Leaf): void => {
    entries.delete(key);
    entries.set(key, value);
  };
  return {
    async get(key) {
      checkDigest(key);
      const value = entries.get(key);
      if (value) use(key, value);
      return value;
    },
    async put(key, value) {
      checkDigest(key);
      use(key, value);
      const [oldest] = entries.keys();
      if (oldest !== undefined && entries.size > most) entries.delete(oldest);
    },
  };
}

/** In memory and in the folder `dir`, which is made when it is first needed. Many processes may use one folder. */
export function createMergeCache(dir: string): MergeCache {
  const memory = createMemoryMergeCache();
  const folder = createFolderTier(dir);
  return {
    async get(key) {
      const near = await memory.get(key);
      if (near) return near;
      const far = await folder.get(key);
      if (far) await memory.put(key, far);
      return far;
    },
    async put(key, value) {
      await memory.put(key, value);
      await folder.put(key, value);
    },
  };
}

function createFolderTier(dir: string): MergeCache {
  const root = resolve(dir);
  const temporary = join(root, 'tmp');
  const fileOf = (key: string): string => join(root, key.slice(0, 2), key.slice(2));
  let swept = false;

  const keep = async (file: string, value: Leaf): Promise<void> => {
    if (!swept) await sweep(temporary);
    swept = true;
    const draft = join(temporary, randomUUID());
    await writeFile(draft, JSON.stringify(value));
    await renameInto(draft, file);
  };
  return {
    get: async key => readEntry(await readFile(fileOf(key), 'utf8').catch(() => '')),
    put: (key, value) => keep(fileOf(key), value).catch(() => {}),
  };
}

/** Undefined unless it is a whole value: there is no fsync, so after a power cut an entry may be torn. */
function readEntry(text: string): Leaf | undefined {
  try {
    const value = JSON.parse(text) as Partial<Leaf> | null;
    const { digest, size, inline } = value ?? {};
    if (typeof digest !== 'string' || typeof size !== 'number') return undefined;
    return inline === undefined || digestOf(inline) === digest ? { ...value, digest, size } : undefined;
  } catch {
    return undefined;
  }
}
