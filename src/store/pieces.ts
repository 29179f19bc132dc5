import { createHash } from 'node:crypto';
import type { ByteRange, StoredBlob } from './blob-store.js';

/** What `read` gives at once, in bytes, at most. */
const PIECE = 65_536;

/**
 * The part of `source` that `range` asks for, its last piece only after the digest of all of it was found to be `digest`;
 * else throws what `damaged` gives. At most two pieces are held.
 */
export async function* checkedPieces(
  digest: string,
  source: AsyncIterable<Uint8Array>,
  { start, end = Infinity }: ByteRange,
  damaged: () => Promise<Error>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let [at, held]: [number, Uint8Array | undefined] = [0, undefined];
  for await (const bytes of source) {
    hash.update(bytes);
    for (const piece of piecesOf(bytes.subarray(Math.max(0, start - at), Math.max(0, end - at)))) {
      if (held) yield held;
      held = piece;
    }
    at += bytes.length;
  }
  if (hash.digest('hex') !== digest) throw await damaged();
  if (held) yield held;
}

export function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** Passes on what `source` gives; `end` says, once all has passed, what it was. */
export function measured(source: AsyncIterable<Uint8Array>): {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly end: () => StoredBlob;
} {
  const hash = createHash('sha256');
  let size = 0;
  const pass = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      hash.update(piece);
      size += piece.length;
      yield piece;
    }
  };
  return { bytes: pass(), end: () => ({ digest: hash.digest('hex'), size }) };
}

/** The digest of all that `source` gives. */
export async function digestOfAll(source: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of source) hash.update(piece);
  return hash.digest('hex');
}
