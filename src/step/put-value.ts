import type { BlobRef } from '../intervention/intervention.js';
import { digestOf, type BlobStore } from '../store/blob-store.js';
import { canonicalJson } from '../value/canonical.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Json } from '../value/json.js';
import { checkJson } from '../value/legal.js';

/** Keeps a value, whatever its size, to be named in interventions. Throws `not_json`. */
export async function putValue(value: Json, store: BlobStore): Promise<BlobRef> {
  const [problem] = checkJson(value);
  if (problem) throw new EspalierError('not_json', `value${problem.path}: ${problem.message}`);
  const bytes = Buffer.from(canonicalJson(value));
  const key = digestOf(bytes);
  await store.put(key, bytes);
  return { store: 'blobs', key };
}
