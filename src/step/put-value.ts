import type { BlobRef } from '../intervention/intervention.js';
import type { BlobStore } from '../store/blob-store.js';
import { canonicalPieces } from '../value/canonical.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Json } from '../value/json.js';
import { checkJson } from '../value/legal.js';
import { PIECE } from './make-content.js';
import { inUtf8 } from './make-values.js';

/** Keeps a value, whatever its size, to be named in interventions. Throws `not_json`. */
export async function putValue(value: Json, store: BlobStore): Promise<BlobRef> {
  const [problem] = checkJson(value);
  if (problem) throw new EspalierError('not_json', `value${problem.path}: ${problem.message}`);
  const { digest: key } = await store.putStream(inUtf8(canonicalPieces(value, PIECE)));
  return { store: 'blobs', key };
}
