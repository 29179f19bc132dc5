/** Payloads as the Temporal UI and CLI send them to a codec: protobuf's JSON. */
import { z } from 'zod';
import { once } from './fields.js';

const Base64 = z.string().describe('base64');
const CodecPayload = z.object({
  metadata: z.record(z.string(), Base64).nullish().describe('`encoding` says how to read the data'),
  data: Base64.nullish(),
});

export const CodecPayloads = z
  .object({
    payloads: z
      .array(CodecPayload)
      .nullish()
      .transform(payloads => payloads ?? []),
  })
  .meta({ id: 'CodecPayloads' });
export type CodecPayloads = z.output<typeof CodecPayloads>;

export const CodecNamespace = z.string({ error: once }).optional().describe('Temporal namespace: that of the service');
