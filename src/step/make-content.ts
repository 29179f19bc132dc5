/** Values that are no JSON: text and bytes, whole or as they come. */
import type { ByteSource } from '../graph/bytes.js';
import { digestOf, type BlobStore, type StoredBlob } from '../store/blob-store.js';
import type { Json } from '../value/json.js';
import { encodingOf } from '../value/media.js';
import { quote } from '../value/quote.js';
import { utf8Length } from '../value/size.js';
import { INLINE_LIMIT, type Leaf } from '../value/value.js';
import { BorderError } from './border-error.js';

/** What is larger than this goes to the store in pieces, in bytes. */
export const PIECE = 1_048_576;

/** A leaf of text, of base64, of bytes, or of a stream that is read to its end. `name` for messages. */
export async function makeContent(
  content: string | ByteSource,
  media: string,
  store: BlobStore,
  name: string,
): Promise<Leaf> {
  if (typeof content === 'string') return makeBytes(Buffer.from(content, encodingOf(media)), media, store);
  if (content instanceof Uint8Array) return makeBytes(content, media, store);
  const pieces = ownPieces(content, name);
  const begun: Uint8Array[] = [];
  for (let size = 0; size <= INLINE_LIMIT;) {
    const { value, done } = await pieces.next();
    if (done) return makeBytes(Buffer.concat(begun), media, store);
    begun.push(value);
    size += value.length;
  }
  return { ...(await store.putStream(chained(begun, pieces))), media };
}

async function makeBytes(bytes: Uint8Array, media: string, store: BlobStore): Promise<Leaf> {
  // Its JSON is no shorter than itself.
  const inline = bytes.length <= INLINE_LIMIT ? asBuffer(bytes).toString(encodingOf(media)) : undefined;
  if (inline !== undefined && utf8Length(JSON.stringify(inline)) <= INLINE_LIMIT) {
    return { digest: digestOf(bytes), size: bytes.length, inline, media };
  }
  return { ...(await keepBytes(bytes, store)), media };
}

/** Keeps bytes without a copy of them. */
async function keepBytes(bytes: Uint8Array, store: BlobStore): Promise<StoredBlob> {
  if (bytes.length > PIECE) return store.putStream(partsOf(bytes));
  const digest = digestOf(bytes);
  await store.put(digest, bytes);
  return { digest, size: bytes.length };
}

/** Copies: whoever gives a piece may use its buffer for the next one. */
async function* ownPieces(source: AsyncIterable<unknown>, name: string): AsyncGenerator<Uint8Array, void> {
  for await (const piece of source) {
    if (!(piece instanceof Uint8Array)) {
      const message = `"${name}": a stream of bytes gave ${quote(piece as Json)}, expected pieces that are a Uint8Array`;
      throw new BorderError('invalid_value', message, { port: name });
    }
    for await (const part of partsOf(piece)) yield Uint8Array.from(part);
  }
}

async function* partsOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

async function* chained(begun: readonly Uint8Array[], rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* begun;
    yield* rest;
  } finally {
    // Whoever stops early has not come to the rest.
    await rest.return(undefined);
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
