import type { Payload } from '@temporalio/common';
// A CommonJS package whose names Node does not see: only its default export can be imported.
import proto from '@temporalio/proto';

const { Payload: PayloadProto } = proto.temporal.api.common.v1;

/** A whole payload, with what it says of itself, as the data of another. */
export const packed = (payload: Payload): Uint8Array => PayloadProto.encode(payload).finish();
export const unpacked = (bytes: Uint8Array): Payload => PayloadProto.decode(bytes);

/** What a payload says of itself; empty if nothing. */
export const metadataOf = ({ metadata }: Payload, name: string): string =>
  Buffer.from(metadata?.[name] ?? []).toString();
export const encodingOf = (payload: Payload): string => metadataOf(payload, 'encoding');
