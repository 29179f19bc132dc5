/** Files that appear whole or not at all: written aside in a folder of drafts, then renamed. */
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from '../value/has-code.js';

/** A draft that old was left by a process that died. */
const LEFTOVER_MS = 3_600_000;

/**
 * Runs work with the name of a draft of its own in `temporary`; if it throws, nothing of the draft stays. Removes those of
 * dead processes before the first, and then once an hour.
 */
export function createDrafts(temporary: string): <T>(work: (draft: string) => Promise<T>) => Promise<T> {
  let sweptAt = -Infinity;
  return async work => {
    if (Date.now() - sweptAt > LEFTOVER_MS) {
      await sweep(temporary);
      sweptAt = Date.now();
    }
    const draft = join(temporary, randomUUID());
    try {
      return await work(draft);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  };
}

/** Makes the folder of drafts and removes those of processes that died. */
export async function sweep(temporary: string): Promise<void> {
  await mkdir(temporary, { recursive: true });
  for (const name of await readdir(temporary)) {
    const file = join(temporary, name);
    const stats = await statsOf(file);
    if (stats && isLeftover(stats.mtimeMs)) await rm(file, { force: true });
  }
}

/** Whether a draft that was written to at `changedAt`, in milliseconds since the epoch, has nobody any more. */
export const isLeftover = (changedAt: number): boolean => Date.now() - changedAt > LEFTOVER_MS;

/** Renames, making the target's folder if need be: one system call where the folder is there. */
export async function renameInto(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  }
}

export const statsOf = (file: string): Promise<Stats | undefined> => unlessMissing(stat(file));

/** The names in a folder that fit; none where it is not there. */
export async function namesIn(dir: string, pattern: RegExp): Promise<readonly string[]> {
  return ((await unlessMissing(readdir(dir))) ?? []).filter(name => pattern.test(name));
}

export async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
