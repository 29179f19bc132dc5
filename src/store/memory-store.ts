import {
  checkBytes,
  checkDigest,
  checkRange,
  CorruptBlobError,
  digestOf,
  isFresh,
  type BlobStore,
} from './blob-store.js';
import { checkedPieces, piecesOf } from './pieces.js';

/** Blobs in this process's memory, for as long as it lives. `now` in milliseconds since the epoch. */
export function createMemoryStore(now: () => number = Date.now): BlobStore {
  const blobs = new Map<string, { readonly bytes: Uint8Array; readonly usedAt: number }>();
  const keep = (digest: string, bytes: Uint8Array): void => {
    const there = blobs.get(digest);
    if (!there || !isFresh(there.usedAt, now())) blobs.set(digest, { bytes, usedAt: now() });
  };

  return {
    async put(digest, bytes) {
      checkBytes(digest, bytes);
      keep(digest, Uint8Array.from(bytes));
    },
    async putStream(source) {
      const pieces: Uint8Array[] = [];
      for await (const piece of source) pieces.push(Uint8Array.from(piece));
      const bytes = Uint8Array.from(Buffer.concat(pieces));
      const digest = digestOf(bytes);
      keep(digest, bytes);
      return { digest, size: bytes.length };
    },
    async get(digest) {
      checkDigest(digest);
      const bytes = blobs.get(digest)?.bytes;
      return bytes && Uint8Array.from(bytes);
    },
    async read(digest, range = { start: 0 }) {
      checkDigest(digest);
      checkRange(range);
      const bytes = blobs.get(digest)?.bytes;
      const damaged = async (): Promise<Error> => new CorruptBlobError(digest, 'in memory');
      return bytes && { size: bytes.length, bytes: checkedPieces(digest, copies(bytes), range, damaged) };
    },
    async has(digest) {
      checkDigest(digest);
      return blobs.has(digest);
    },
    async delete(digest, notPutSince = Infinity) {
      checkDigest(digest);
      const there = blobs.get(digest);
      return there !== undefined && there.usedAt <= notPutSince && blobs.delete(digest);
    },
    async *list() {
      for (const [digest, { bytes, usedAt }] of blobs) yield { digest, size: bytes.length, usedAt };
    },
  };
}

async function* copies(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const piece of piecesOf(bytes)) yield piece.slice();
}
