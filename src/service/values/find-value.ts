import type { Espalier } from '../../client/espalier.js';
import type { RunView } from '../../run/run.js';
import type { BlobReading, ByteRange } from '../../store/blob-store.js';
import { canonicalJson } from '../../value/canonical.js';
import { EspalierError } from '../../value/espalier-error.js';
import { encodingOf, isMedia } from '../../value/media.js';
import { isFlat, isLeaf, isList, type Leaf, type Value } from '../../value/value.js';

export interface FoundValue {
  /** In bytes. */
  readonly size: number;
  /** As `Content-Type` has it. */
  readonly media: string;
  /** Its bytes, or a part of them; nothing is open before they are iterated. */
  open(range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * A value, if the run exists: from the run's view, where small ones stand, or from the store. The view also says what its
 * bytes are; what it does not have is JSON. Throws `not_found`.
 */
export async function findValue(espalier: Espalier, runId: string, digest: string): Promise<FoundValue> {
  await espalier.find(runId);
  // A run whose view can't be told has values all the same.
  const view = await espalier
    .run(runId)
    .view()
    .catch(() => undefined);
  const leaf = view && leafIn(view, digest);
  const media = isMedia(leaf?.media) ? leaf.media : 'application/json';
  const inline = leaf && inlineBytes(leaf);
  if (inline) return { size: inline.length, media, open: async range => partOf(inline, range) };
  const read = async (range?: ByteRange): Promise<BlobReading> => {
    const reading = await espalier.read(digest, range);
    if (reading) return reading;
    throw new EspalierError('not_found', `no value ${digest} is stored, and none stands in the view of the run`);
  };
  const { size } = await read();
  return { size, media, open: async range => (await read(range)).bytes };
}

/** Parts of lists count, too. */
function leafIn({ outputs, nodes }: RunView, digest: string): Leaf | undefined {
  const all = [outputs, ...nodes.flatMap(node => [node.outputs ?? {}, node.computed ?? {}])];
  const open: Value[] = all.flatMap(values => Object.values(values));
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isLeaf(value) && value.digest === digest) return value;
    if (isList(value)) for (const part of value.list) open.push(part);
    if (isFlat(value)) open.push(value.flat);
  }
  return undefined;
}

function inlineBytes({ inline, media }: Leaf): Buffer | undefined {
  if (inline === undefined) return undefined;
  return media === undefined ? Buffer.from(canonicalJson(inline)) : Buffer.from(String(inline), encodingOf(media));
}

async function* partOf(bytes: Uint8Array, { start, end }: ByteRange = { start: 0 }): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(start, end);
}
