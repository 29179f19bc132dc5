/**
 * Blobs as files `DIR/ab/cdef…`, written beside (`DIR/tmp`) and renamed: a reader sees a whole blob or none, whoever is
 * killed when. There is no fsync: after a power cut a blob may be torn, which `get` and `read` notice by its digest.
 *
 * Not cacache: measured on blobs of 10 KB (medians), put 0.5 ms here and 1.4 ms there, put of a blob that is there 0.07
 * and 1.1 ms (workers do that on every restart), get 0.3 and 0.37 ms. cacache writes an index entry with every put
 * that nobody would read, and does not replace a damaged blob by a good one.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkBytes, checkDigest, CorruptBlobError, digestOf, type BlobStore } from './blob-store.js';

/** A file in `tmp` that old was left by a process that died. */
const LEFTOVER_MS = 3_600_000;

/** A store in the folder `dir`, which is made when it is first needed. Many processes may use one folder. */
export function createFolderStore(dir: string): BlobStore {
  const root = resolve(dir);
  const temporary = join(root, 'tmp');
  const damaged = join(root, 'damaged');
  const fileOf = (digest: string): string => join(root, digest.slice(0, 2), digest.slice(2));
  let swept = false;

  return {
    async put(digest, bytes) {
      checkBytes(digest, bytes);
      const file = fileOf(digest);
      // The size tells most torn files from whole ones at no cost; `get` finds the others.
      if ((await sizeOf(file)) === bytes.length) return;
      if (!swept) await sweep(temporary);
      swept = true;
      const draft = join(temporary, randomUUID());
      await writeFile(draft, bytes);
      await renameInto(draft, file);
    },

    async get(digest) {
      checkDigest(digest);
      const bytes = await unlessMissing(readFile(fileOf(digest)));
      if (bytes === undefined || digestOf(bytes) === digest) return bytes;
      return setAside(digest, fileOf(digest), damaged);
    },

    async read(digest) {
      checkDigest(digest);
      const file = fileOf(digest);
      const size = await sizeOf(file);
      return size === undefined ? undefined : { size, bytes: readChecked(digest, file, size, damaged) };
    },

    async has(digest) {
      checkDigest(digest);
      return (await sizeOf(fileOf(digest))) !== undefined;
    },
  };
}

/** The first `size` bytes of the file, the last piece of them only after all of them were found to have the digest. */
async function* readChecked(digest: string, file: string, size: number, damaged: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let held: Uint8Array | undefined;
  // Of a file that was repaired since its size was asked, no more than was promised.
  for await (const piece of createReadStream(file, { end: Math.max(0, size - 1) }) as AsyncIterable<Buffer>) {
    hash.update(piece);
    if (held) yield held;
    held = piece;
  }
  if (hash.digest('hex') !== digest) {
    await setAside(digest, file, damaged);
    throw new CorruptBlobError(digest, damaged);
  }
  if (held) yield held;
}

/** Moves a damaged file away and throws, unless another process repaired it in between: then its bytes. */
async function setAside(digest: string, file: string, damaged: string): Promise<Uint8Array> {
  const aside = join(damaged, `${digest}.${randomUUID()}`);
  const moved = await unlessMissing(renameInto(file, aside).then(() => readFile(aside)));
  if (moved === undefined || digestOf(moved) !== digest) throw new CorruptBlobError(digest, damaged);
  await rename(aside, file);
  return moved;
}

/** Makes the folder of drafts and removes those of processes that died. */
export async function sweep(temporary: string): Promise<void> {
  await mkdir(temporary, { recursive: true });
  for (const name of await readdir(temporary)) {
    const file = join(temporary, name);
    const stats = await unlessMissing(stat(file));
    if (stats && Date.now() - stats.mtimeMs > LEFTOVER_MS) await rm(file, { force: true });
  }
}

/** Renames, making the target's folder if need be: one system call where the folder is there. */
export async function renameInto(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await unlessMissing(stat(file)))?.size;
}

async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
