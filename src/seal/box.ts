import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EspalierError } from '../value/espalier-error.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM: a random nonce, the ciphertext, the tag. `bound` is not in it, but what opens it must give the same. */
export function sealBytes(key: Uint8Array, plain: Uint8Array, bound: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(bound));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** What was sealed. Throws `not_opened` unless it was sealed with this key, for the same, and is whole. */
export function openBytes(key: Uint8Array, sealed: Uint8Array, bound: string): Buffer {
  try {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(-TAG_BYTES);
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(bound)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new EspalierError('not_opened', 'what is sealed is damaged, or was sealed for something else', { cause });
  }
}
