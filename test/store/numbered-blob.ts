import { createHash } from 'node:crypto';
import { digestOf } from '../../src/store/blob-store.js';

export const BLOB_COUNT = 25;

/** A blob of 4 MiB, written in many pieces, that every process makes the same. */
export function numberedBlob(number: number): { readonly digest: string; readonly bytes: Uint8Array } {
  const bytes = Buffer.alloc(4 * 1024 * 1024, createHash('sha256').update(String(number)).digest());
  return { digest: digestOf(bytes), bytes };
}
