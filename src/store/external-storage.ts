import { ExternalStorage, StorageDriverClaim, type DataConverter, type Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { EspalierError } from '../value/espalier-error.js';
import { digestOf, type BlobStore } from './blob-store.js';

/** Payloads from this size on lie in the store, in bytes: a history then holds about a hundred for each. */
const EXTERNAL_THRESHOLD = 65_536;

const { Payload: PayloadProto } = proto.temporal.api.common.v1;

/**
 * What worker and client must both be made with: plans, snapshots and other payloads over the threshold travel as a
 * digest, and lie in `store` under it. Storing one again, after a restart say, does nothing; what is read is checked.
 */
export function createDataConverter(store: BlobStore, threshold = EXTERNAL_THRESHOLD): DataConverter {
  const driver = {
    name: 'espalier',
    type: 'espalier.blobs',
    store: (_context: unknown, payloads: Payload[]) => Promise.all(payloads.map(payload => keep(store, payload))),
    retrieve: (_context: unknown, claims: StorageDriverClaim[]) =>
      Promise.all(claims.map(claim => fetchPayload(store, claim.claimData['digest'] ?? ''))),
  };
  return { externalStorage: new ExternalStorage({ drivers: [driver], payloadSizeThreshold: threshold }) };
}

async function keep(store: BlobStore, payload: Payload): Promise<StorageDriverClaim> {
  const bytes = PayloadProto.encode(payload).finish();
  const digest = digestOf(bytes);
  await store.put(digest, bytes);
  return new StorageDriverClaim({ digest });
}

async function fetchPayload(store: BlobStore, digest: string): Promise<Payload> {
  const bytes = await store.get(digest);
  if (bytes) return PayloadProto.decode(bytes);
  throw new EspalierError(
    'missing_blob',
    `payload ${digest} is not in the store; do client and worker use the same one?`,
  );
}
