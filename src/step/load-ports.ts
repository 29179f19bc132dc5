import { codeSideOf, streamOf, type ByteStream, type Content } from '../graph/bytes.js';
import type { Ports } from '../graph/ports.js';
import type { BlobStore } from '../store/blob-store.js';
import { isTextMedia } from '../value/media.js';
import { isLeaf, type Leaf, type Value } from '../value/value.js';
import { fetchBytes, isCorrupt, loadValues, lost } from './load-values.js';

type Reading = Pick<BlobStore, 'get' | 'read'>;

/**
 * As `loadValues`, for ports: what is bytes, and goes to a port of bytes, is never made into JSON. Of a stream nothing is read
 * before it is iterated. `hydration_failed` comes then, too, if a blob is damaged.
 */
export async function loadPorts(
  ports: Ports,
  values: Readonly<Record<string, Value>>,
  store: Reading,
): Promise<Readonly<Record<string, Content>>> {
  const json: Record<string, Value> = {};
  const bytes: Promise<readonly [string, Content]>[] = [];
  for (const [name, value] of Object.entries(values)) {
    const side = Object.hasOwn(ports, name) ? codeSideOf(ports[name] as Ports[string]) : undefined;
    if (side === undefined || !isBytesLeaf(value)) json[name] = value;
    else bytes.push((side === 'bytes' ? loadBytes(value, store) : openStream(value, store)).then(got => [name, got]));
  }
  const [loaded, own] = await Promise.all([loadValues(json, store), Promise.all(bytes)]);
  return { ...loaded, ...Object.fromEntries(own) };
}

const isBytesLeaf = (value: Value): value is Leaf =>
  isLeaf(value) && value.media !== undefined && !isTextMedia(value.media);

async function loadBytes({ inline, digest = '' }: Leaf, store: Reading): Promise<Uint8Array> {
  return typeof inline === 'string' ? Buffer.from(inline, 'base64') : fetchBytes(digest, store);
}

async function openStream({ inline, digest = '' }: Leaf, store: Reading): Promise<ByteStream> {
  if (typeof inline === 'string') return streamOf(Buffer.from(inline, 'base64'));
  const { size } = await open(digest, store);
  return { size, [Symbol.asyncIterator]: () => piecesOf(digest, store) };
}

async function open(digest: string, store: Reading) {
  const reading = await store.read(digest);
  if (reading === undefined) throw lost(digest, 'is not in the store');
  return reading;
}

async function* piecesOf(digest: string, store: Reading): AsyncGenerator<Uint8Array, void> {
  try {
    yield* (await open(digest, store)).bytes;
  } catch (error) {
    throw isCorrupt(error) ? lost(digest, 'is damaged in the store', error) : error;
  }
}
