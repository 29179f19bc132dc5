/**
 * Types of ports whose values are no JSON: in the store they lie as what they are. Their JSON side (documents, interventions,
 * HTTP) is text; bytes are their base64. In this process bytes go by as bytes: base64 is made only where JSON is asked for.
 */
import { z } from 'zod';
import { isBase64, isUtf8 } from '../schema/content.js';
import type { Json } from '../value/json.js';
import { isMediaType } from '../value/media.js';
import { quote } from '../value/quote.js';
import { DefinitionError } from './definition-error.js';
import { definitionOf, isSchema } from './schema-parts.js';

/** Bytes that are read as they come: each iteration reads them anew, from the beginning. `size` in bytes. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  readonly size: number;
}
/** What may be given where a stream of bytes is wanted: an async generator, a Node `Readable`, bytes that are there. */
export type ByteSource = AsyncIterable<Uint8Array> | Uint8Array;
/** The content of a value, on its way to the store. */
export type Content = Json | ByteSource;

export interface ContentOptions {
  /** Media type, without parameters: `image/png`. */
  readonly media?: string;
}

/** A port of text that may be large: as `z.string()`, but kept as the text itself. Default media: `text/plain`. */
export function text({ media = 'text/plain' }: ContentOptions = {}): z.ZodType<string, string> {
  const error = 'expected text that UTF-8 can carry (no half of a surrogate pair)';
  return z
    .string()
    .refine(isUtf8, { error })
    .meta({ contentMediaType: checked('text', media) });
}

/** A port of bytes that are read whole. Default media: `application/octet-stream`. */
export function bytes({ media = OCTETS }: ContentOptions = {}): z.ZodType<Uint8Array, string> {
  return z.codec(jsonSide(checked('bytes', media)), BYTES, {
    decode: given => bytesOf(given as string | Uint8Array),
    encode: value => value,
  });
}

/**
 * A port of bytes that are read and written as they come, never whole in memory: in, a `ByteStream`; out, any `ByteSource`. It
 * fits a port of `bytes`, and the other way round. For a port as a whole only, not for a part of one.
 */
export function byteStream({ media = OCTETS }: ContentOptions = {}): z.ZodType<ByteStream, string> {
  return z.codec(jsonSide(checked('byteStream', media)), STREAM, {
    decode: given => (isStream(given) ? given : streamOf(bytesOf(given as string | Uint8Array))) as ByteStream,
    encode: value => value,
  });
}

const OCTETS = 'application/octet-stream';

export const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

const bytesOf = (given: string | Uint8Array): Uint8Array =>
  typeof given === 'string' ? Buffer.from(given, 'base64') : given;

/** Bytes that are there, as a stream. */
export const streamOf = (all: Uint8Array): ByteStream => ({
  size: all.length,
  async *[Symbol.asyncIterator]() {
    if (all.length > 0) yield all;
  },
});

/** The code sides, the same ones in every schema: they tell it from others, however it is wrapped. */
const BYTES = z.custom<Uint8Array>(value => value instanceof Uint8Array, 'expected bytes (a Uint8Array)');
const STREAM = z.custom<ByteStream>(
  value => isStream(value) || value instanceof Uint8Array,
  'expected a stream of bytes (an AsyncIterable of Uint8Array, such as a Readable) or bytes (a Uint8Array)',
);

/** Base64 for all the world; what is bytes already stays so. */
const jsonSide = (media: string) =>
  z
    .any()
    .refine(given => (typeof given === 'string' ? isBase64(given) : isStream(given) || given instanceof Uint8Array), {
      error: 'expected base64 text',
    })
    .meta({ type: 'string', contentEncoding: 'base64', contentMediaType: media });

function checked(type: string, media: string): string {
  if (isMediaType(media)) return media;
  const message = `${type}: expected a media type without parameters, such as image/png, got ${quote(media)}`;
  throw new DefinitionError('invalid_contract', message);
}

/** What a schema takes that `bytes` or `byteStream` made, also where it is optional, has a default, or a codec stands around it. */
export function codeSideOf(schema: z.core.$ZodType): 'bytes' | 'stream' | undefined {
  let inner: unknown = schema;
  while (isSchema(inner)) {
    const { out, in: json, innerType } = definitionOf(inner);
    if (out === BYTES || out === STREAM) return out === BYTES ? 'bytes' : 'stream';
    inner = innerType ?? json;
  }
  return undefined;
}
