/**
 * The port for values, plans and snapshots that are too large for a history: bytes under the SHA-256 of themselves.
 * 1. A blob is immutable, so `put` is idempotent and any number of processes may put the same one at once.
 * 2. What `get` returns has the digest asked for; anything else is an error, never a value.
 */
import { createHash } from 'node:crypto';
import { EspalierError } from '../value/espalier-error.js';

/** A digest is the SHA-256 of the bytes as 64 lower-case hexadecimal digits; another text is refused (`invalid_digest`). */
export interface BlobStore {
  /** Keeps the bytes; `digest_mismatch` when they have another digest. Nothing to do when they are there. */
  put(digest: string, bytes: Uint8Array): Promise<void>;
  /** The bytes, the caller's own; `undefined` when there are none; `CorruptBlobError` when they no longer fit. */
  get(digest: string): Promise<Uint8Array | undefined>;
  /** The same in pieces, for what memory should not hold whole; nothing is open before `bytes` is iterated. */
  read(digest: string): Promise<BlobReading | undefined>;
  has(digest: string): Promise<boolean>;
}

export interface BlobReading {
  /** In bytes. */
  readonly size: number;
  /** Once, in order. The last piece comes only when the digest fits; if it does not, `CorruptBlobError` comes instead. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What is stored is not what was put. The damaged blob is out of the way: the next `put` repairs it. */
export class CorruptBlobError extends EspalierError {
  constructor(
    readonly digest: string,
    where: string,
  ) {
    super('corrupt_blob', `blob ${digest} is damaged, its bytes have another digest (moved to ${where}); put it again`);
  }
}

/** The SHA-256 of `bytes` in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Throws `invalid_digest` unless it is 64 lower-case hexadecimal digits: digests become file names. */
export function checkDigest(digest: string): void {
  if (/^[0-9a-f]{64}$/.test(digest)) return;
  const quoted = JSON.stringify(digest.length > 80 ? `${digest.slice(0, 80)}…` : digest);
  throw new EspalierError('invalid_digest', `${quoted} is not a digest; expected 64 lower-case hexadecimal digits`);
}

/** Throws `digest_mismatch` unless `digest` is that of `bytes`. */
export function checkBytes(digest: string, bytes: Uint8Array): void {
  checkDigest(digest);
  const actual = digestOf(bytes);
  if (actual === digest) return;
  throw new EspalierError('digest_mismatch', `blob put as ${digest}, but its ${bytes.length} bytes have ${actual}`);
}
