import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { EspalierError } from '../value/espalier-error.js';
import { encodingOf, packed, unpacked } from './packed.js';

const ENCODING = 'binary/gzip';
/** What is smaller has nothing to gain. In bytes. */
const LEAST = 512;
/** Nobody's payload is larger; what would be was made to fill a memory. In bytes. */
const MOST = 128 * 1024 * 1024;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Payloads of at least `from` bytes travel in gzip, where that makes them smaller. None is read of more than `most`. */
export function createCompression(from = LEAST, most = MOST): PayloadCodec {
  async function encode(payload: Payload): Promise<Payload> {
    const plain = packed(payload);
    if (plain.length < from) return payload;
    const data = await compress(plain);
    return data.length < plain.length ? { metadata: { encoding: Buffer.from(ENCODING) }, data } : payload;
  }
  async function decode(payload: Payload): Promise<Payload> {
    if (encodingOf(payload) !== ENCODING || !payload.data) return payload;
    try {
      return unpacked(await decompress(payload.data, { maxOutputLength: most }));
    } catch (cause) {
      throw new EspalierError('not_opened', 'a compressed payload is damaged', { cause });
    }
  }
  return {
    encode: payloads => Promise.all(payloads.map(encode)),
    decode: payloads => Promise.all(payloads.map(decode)),
  };
}
