import { checkBytes, checkDigest, type BlobStore } from './blob-store.js';

const PIECE = 65_536;

/** Blobs in this process's memory, for as long as it lives. */
export function createMemoryStore(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  return {
    async put(digest, bytes) {
      checkBytes(digest, bytes);
      if (!blobs.has(digest)) blobs.set(digest, Uint8Array.from(bytes));
    },
    async get(digest) {
      checkDigest(digest);
      const bytes = blobs.get(digest);
      return bytes && Uint8Array.from(bytes);
    },
    async read(digest) {
      checkDigest(digest);
      const bytes = blobs.get(digest);
      return bytes && { size: bytes.length, bytes: piecesOf(bytes) };
    },
    async has(digest) {
      checkDigest(digest);
      return blobs.has(digest);
    },
  };
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.slice(at, at + PIECE);
}
