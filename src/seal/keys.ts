/**
 * Keys of tenants: what seals their run contexts, and their payloads where those are encrypted.
 * 1. A key is 32 bytes. One that was replaced still opens what it sealed, for as long as it is there.
 * 2. No key, and nothing that is sealed, stands in an error.
 */
import { createHash } from 'node:crypto';
import { EspalierError } from '../value/espalier-error.js';

export const KEY_BYTES = 32;

export interface Keys {
  /** The one that seals. Throws `unknown_key` where the tenant has none. */
  of(tenant: string): Promise<Uint8Array>;
  /** Those before it, which still open what they sealed. Without it there are none. */
  before?(tenant: string): Promise<readonly Uint8Array[]>;
}

/** Stands beside what a key sealed, and says nothing about the key. */
export const keyId = (key: Uint8Array): string =>
  createHash('sha256').update('espalier key id').update(key).digest('hex').slice(0, 16);

/** The key of the tenant that has this id. Throws `unknown_key`. */
export async function keyWithId(keys: Keys, tenant: string, id: string): Promise<Uint8Array> {
  const current = await keys.of(tenant);
  if (keyId(current) === id) return current;
  const found = (await keys.before?.(tenant))?.find(key => keyId(key) === id);
  if (found) return found;
  const message = `tenant ${JSON.stringify(tenant)} has no key ${JSON.stringify(id.slice(0, 16))} here`;
  throw new EspalierError('unknown_key', `${message}; do clients, workers and services have the same keys?`);
}

/** A key as it stands in files; undefined for a text that is none. */
export function parseKey(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length === KEY_BYTES ? key : undefined;
}
