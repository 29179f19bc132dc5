/** Values and failures as data. `satisfies` holds them against what the rooms give. */
import { z } from 'zod';
import type { Failure as RunFailure } from '../engine/failure.js';
import type { BlobRef } from '../intervention/intervention.js';
import type { Leaf as ValueLeaf, Value as RunValue } from '../value/value.js';
import { isMedia } from '../value/media.js';
import { AnyJson, Hash } from './fields.js';

/** In paths. */
export const ValueParam = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits')
  .describe('digest of a value');

export const Failure: z.ZodType<RunFailure> = z
  .object({
    code: z.string(),
    message: z.string(),
    address: z.string().exactOptional().describe('the node or port it belongs to'),
    attempt: z.int().min(1).exactOptional().describe('from 1'),
    details: AnyJson.exactOptional(),
    stack: z.string().exactOptional(),
    cause: z.lazy(() => Failure).exactOptional(),
  })
  .meta({ id: 'Failure' });

const Media = z.string().refine(isMedia, 'expected a media type');

const Leaf = z.object({
  digest: Hash.exactOptional(),
  size: z
    .int()
    .min(0)
    .describe(
      'bytes of its content, which is canonical JSON unless there is a `media`; 0 where nobody has counted them',
    ),
  inline: AnyJson.exactOptional().describe('the JSON side: of bytes their base64'),
  media: Media.exactOptional().describe('of content that is no JSON: `image/png`, `text/csv; charset=utf-8`'),
  peek: z.record(z.string(), AnyJson).exactOptional().describe('what conditions read of it'),
}) satisfies z.ZodType<ValueLeaf>;
/** `inline` up to 4 KiB of JSON; beyond, `digest` and `size`, to be read at `/runs/{id}/values/{digest}`. */
export const Value: z.ZodType<RunValue> = z
  .union([Leaf, z.object({ list: z.array(z.lazy(() => Value)) }), z.object({ flat: z.lazy(() => Value) })])
  .meta({ id: 'Value', description: 'a value inline, or the digest of one; a list of values; or lists to be joined' });
export const Values = z.record(z.string(), Value);

/** A value that lies in the store, as interventions name it. */
export const ValueRef = z
  .strictObject({
    store: z.enum(['blobs']),
    key: Hash.describe('its digest'),
    media: Media.exactOptional().describe('of content that is no JSON, as views show it'),
  })
  .meta({ id: 'ValueRef' }) satisfies z.ZodType<BlobRef>;
