/**
 * The port for values, plans and snapshots that are too large for a history: bytes under the SHA-256 of themselves.
 * 1. A blob is immutable, so `put` is idempotent and any number of processes may put the same one at once.
 * 2. What `get` and `read` return has the digest asked for; anything else is an error, never a value.
 * 3. A blob is kept for those who put it: putting one that is there renews its `usedAt`, unless that is younger than
 *    `RENEW_MS`. Who deletes only what was not put for an hour, and says so to `delete`, takes nothing from a put that
 *    found it there. `has`, `get` and `read` renew nothing.
 */
import { createHash } from 'node:crypto';
import { EspalierError } from '../value/espalier-error.js';

/** How old `usedAt` must be for a put to renew it. Far below the hour that collecting garbage leaves. */
export const RENEW_MS = 300_000;

/**
 * A digest is the SHA-256 of the bytes as 64 lower-case hexadecimal digits; another text is refused (`invalid_digest`).
 * Every function throws `store_full`, `store_denied`, `store_not_found` or `store_unavailable` when that is so.
 */
export interface BlobStore {
  /** Keeps the bytes; `digest_mismatch` when they have another digest. When they are there, only `usedAt` changes. */
  put(digest: string, bytes: Uint8Array): Promise<void>;
  /** Keeps what comes, as it comes, under the digest it turns out to have. Of a source that throws nothing is kept. */
  putStream(bytes: AsyncIterable<Uint8Array>): Promise<StoredBlob>;
  /** The bytes, the caller's own; `undefined` when there are none; `CorruptBlobError` when they no longer fit. */
  get(digest: string): Promise<Uint8Array | undefined>;
  /** The same in pieces, for what memory should not hold whole; nothing is open before `bytes` is iterated. */
  read(digest: string, range?: ByteRange): Promise<BlobReading | undefined>;
  has(digest: string): Promise<boolean>;
  /** False when there is none, or when it was put after `notPutSince` (in ms since the epoch): then it stays. */
  delete(digest: string, notPutSince?: number): Promise<boolean>;
  /** Every blob, in no order; one that is put or deleted meanwhile may be in it or not. */
  list(): AsyncIterable<ListedBlob>;
}

export interface StoredBlob {
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

export interface ListedBlob extends StoredBlob {
  /** When it was put last, in milliseconds since the epoch. */
  readonly usedAt: number;
}

/** Bytes `start` up to, not including, `end`; what lies beyond the blob is left out. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

export interface BlobReading {
  /** Of the whole blob, in bytes. */
  readonly size: number;
  /**
   * Once, in order. The last piece comes only when the digest of the whole blob fits, whatever part of it was asked for;
   * if it does not, `CorruptBlobError` comes instead.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What is stored is not what was put. The damaged blob is out of the way: the next `put` repairs it. */
export class CorruptBlobError extends EspalierError {
  /** `gone` says what became of the damaged bytes. */
  constructor(
    readonly digest: string,
    gone: string,
  ) {
    super('corrupt_blob', `blob ${digest} is damaged, its bytes have another digest (${gone}); put it again`);
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

/** Throws `invalid_range` unless both ends are whole numbers, in order. */
export function checkRange({ start, end = start }: ByteRange): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start) return;
  throw new EspalierError('invalid_range', `bytes ${start} to ${end} are no range; expected 0 ≤ start ≤ end`);
}

/** What rule 3 asks of a put that finds the blob there. */
export const isFresh = (usedAt: number, now = Date.now()): boolean => now - usedAt < RENEW_MS;
