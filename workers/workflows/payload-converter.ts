import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  encodingKeys,
  JsonPayloadConverter,
  METADATA_ENCODING_KEY,
  UndefinedPayloadConverter,
  type Payload,
} from '@temporalio/common';

const DECODER = new TextDecoder();
const ENCODER = new TextEncoder();
const METADATA = { [METADATA_ENCODING_KEY]: encodingKeys.METADATA_ENCODING_JSON };

/** Reads and writes JSON with the sandbox's own UTF-8; the SDK's is written in JavaScript and takes ten times as long. */
class NativeJsonConverter extends JsonPayloadConverter {
  override toPayload(value: unknown): Payload | undefined {
    const json = JSON.stringify(value) as string | undefined;
    return json === undefined ? super.toPayload(value) : { metadata: METADATA, data: ENCODER.encode(json) };
  }

  override fromPayload<T>(payload: Payload): T {
    return payload.data ? (JSON.parse(DECODER.decode(payload.data)) as T) : super.fromPayload<T>(payload);
  }
}

/** What the SDK asks for by this name. As its default one in all else. */
export const payloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  new NativeJsonConverter(),
);
