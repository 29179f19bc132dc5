import type { Payload } from '@temporalio/common';
import { decode, encode, extstoreInboundOptions } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Access } from './access.js';

export type { Payload } from '@temporalio/common';

/** Payloads as clients and workers would send them. */
export const encodePayloads = ({ converter }: Access, payloads: readonly Payload[]): Promise<readonly Payload[]> =>
  encode(converter.payloadCodecs, [...payloads]);

/** What Temporal keeps, in plain; what lies in the store instead is fetched. */
export async function decodePayloads({ converter }: Access, payloads: readonly Payload[]): Promise<readonly Payload[]> {
  const { transformPayload } = extstoreInboundOptions(converter.externalStorage);
  // What is lost there stays a claim: the others are worth being seen.
  const fetched = payloads.map(payload => transformPayload(payload, undefined).catch(() => payload));
  return decode(converter.payloadCodecs, await Promise.all(fetched));
}
