import type { Payload, PayloadCodec } from '@temporalio/common';
import { openBytes, sealBytes } from './box.js';
import { keyId, keyWithId, type Keys } from './keys.js';
import { encodingOf, metadataOf, packed, unpacked } from './packed.js';

const ENCODING = 'binary/encrypted';
const KEY = 'encryption-key-id';

/** Payloads travel encrypted with the tenant's key (AES-256-GCM), and say which one it was. */
export function createEncryption(keys: Keys, tenant: string): PayloadCodec {
  const bound = JSON.stringify(['payload', tenant]);

  async function encode(payload: Payload): Promise<Payload> {
    const key = await keys.of(tenant);
    const metadata = { encoding: Buffer.from(ENCODING), [KEY]: Buffer.from(keyId(key)) };
    return { metadata, data: sealBytes(key, packed(payload), bound) };
  }
  async function decode(payload: Payload): Promise<Payload> {
    if (encodingOf(payload) !== ENCODING || !payload.data) return payload;
    const key = await keyWithId(keys, tenant, metadataOf(payload, KEY));
    return unpacked(openBytes(key, payload.data, bound));
  }
  return {
    encode: payloads => Promise.all(payloads.map(encode)),
    decode: payloads => Promise.all(payloads.map(decode)),
  };
}
