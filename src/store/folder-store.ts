/**
 * Blobs as files `DIR/ab/cdef…`, written beside (`DIR/tmp`) and renamed: a reader sees a whole blob or none, whoever is
 * killed when. There is no fsync: after a power cut a blob may be torn, which `get` and `read` notice by its digest.
 * The time of change of a file is its `usedAt`.
 *
 * Not cacache: measured on blobs of 10 KB (medians), put 0.5 ms here and 1.4 ms there, put of a blob that is there 0.07
 * and 1.1 ms (workers do that on every restart), get 0.3 and 0.37 ms. cacache writes an index entry with every put
 * that nobody would read, and does not replace a damaged blob by a good one.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkBytes, checkDigest, checkRange, CorruptBlobError, digestOf, isFresh } from './blob-store.js';
import type { BlobStore } from './blob-store.js';
import { createDrafts, namesIn, renameInto, statsOf, unlessMissing } from './drafts.js';
import { checkedPieces, digestOfAll, measured } from './pieces.js';
import { withStoreErrors } from './store-errors.js';

/** A store in the folder `dir`, which is made when it is first needed. Many processes may use one folder. */
export function createFolderStore(dir: string): BlobStore {
  const root = resolve(dir);
  const damaged = join(root, 'damaged');
  const fileOf = (digest: string): string => join(root, digest.slice(0, 2), digest.slice(2));
  const inDraft = createDrafts(join(root, 'tmp'));
  const corrupt = (digest: string): Error => new CorruptBlobError(digest, `moved to ${damaged}`);

  const store: BlobStore = {
    async put(digest, bytes) {
      checkBytes(digest, bytes);
      if (await isKept(fileOf(digest), bytes.length)) return;
      await inDraft(async draft => {
        await writeFile(draft, bytes);
        await renameInto(draft, fileOf(digest));
      });
    },

    putStream: source =>
      inDraft(async draft => {
        const { bytes, end } = measured(source);
        await pipeline(bytes, createWriteStream(draft));
        const written = end();
        await renameInto(draft, fileOf(written.digest));
        return written;
      }),

    async get(digest) {
      checkDigest(digest);
      const bytes = await unlessMissing(readFile(fileOf(digest)));
      if (bytes === undefined || digestOf(bytes) === digest) return bytes;
      if (await setAside(digest, fileOf(digest), damaged)) throw corrupt(digest);
      return store.get(digest);
    },

    async read(digest, range = { start: 0 }) {
      checkDigest(digest);
      checkRange(range);
      const file = fileOf(digest);
      const size = (await statsOf(file))?.size;
      if (size === undefined) return undefined;
      const fail = async (): Promise<Error> => {
        await setAside(digest, file, damaged);
        return corrupt(digest);
      };
      return { size, bytes: checkedPieces(digest, firstOf(file, size), range, fail) };
    },

    async has(digest) {
      checkDigest(digest);
      return (await statsOf(fileOf(digest))) !== undefined;
    },

    async delete(digest, notPutSince = Infinity) {
      checkDigest(digest);
      const file = fileOf(digest);
      const stats = await statsOf(file);
      if (!stats || stats.mtimeMs > notPutSince) return false;
      return inDraft(draft => remove(file, draft, notPutSince));
    },

    async *list() {
      for (const folder of await namesIn(root, /^[0-9a-f]{2}$/)) {
        for (const name of await namesIn(join(root, folder), /^[0-9a-f]{62}$/)) {
          const stats = await statsOf(join(root, folder, name));
          if (stats) yield { digest: folder + name, size: stats.size, usedAt: stats.mtimeMs };
        }
      }
    },
  };
  return withStoreErrors(store, root);
}

/**
 * Whether the blob is there and stays; renews it if need be. The size tells most torn files from whole ones at no cost;
 * `get` finds the others. Where its time can't be set (it is gone, or another user's) it has to be written anew.
 */
async function isKept(file: string, size: number): Promise<boolean> {
  const stats = await statsOf(file);
  if (stats?.size !== size) return false;
  if (isFresh(stats.mtimeMs)) return true;
  const now = new Date();
  return utimes(file, now, now).then(
    () => true,
    () => false,
  );
}

/** Moves the file aside before it asks when it was put: a put either renewed it before, or finds none and writes it anew. */
async function remove(file: string, aside: string, notPutSince: number): Promise<boolean> {
  const stats = await unlessMissing(rename(file, aside).then(() => stat(aside)));
  if (!stats) return false;
  const isUnused = stats.mtimeMs <= notPutSince;
  await (isUnused ? rm(aside) : rename(aside, file));
  return isUnused;
}

/** The first `size` bytes: of a file that was repaired since its size was asked, no more than was promised. */
async function* firstOf(file: string, size: number): AsyncGenerator<Buffer> {
  yield* createReadStream(file, { end: Math.max(0, size - 1) });
}

/** Moves a damaged file away; false when it is whole after all, since another process repaired it in between. */
async function setAside(digest: string, file: string, damaged: string): Promise<boolean> {
  const aside = join(damaged, `${digest}.${randomUUID()}`);
  const moved = await unlessMissing(renameInto(file, aside).then(() => digestOfAll(createReadStream(aside))));
  if (moved !== digest) return true;
  await rename(aside, file);
  return false;
}
