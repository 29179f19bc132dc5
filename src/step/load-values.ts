import type { BlobStore } from '../store/blob-store.js';
import { foldValue } from '../value/fold.js';
import { hasCode } from '../value/has-code.js';
import type { Json } from '../value/json.js';
import { encodingOf } from '../value/media.js';
import { quote } from '../value/quote.js';
import { isFlat, isList, type Leaf, type Value } from '../value/value.js';
import { BorderError } from './border-error.js';

/** How many blobs are fetched at once: files and connections are few, lists are long. */
const AT_ONCE = 16;
/** What the store is called in refs (`{ store, key }`). */
const BLOBS = 'blobs';

/**
 * The JSON of values by name, JSON side of those that are none: blobs fetched, lists put together, flats concatenated.
 * Nothing of it is shared with the values.
 * `hydration_failed` for a blob that is not there or damaged. O(size).
 */
export async function loadValues(
  values: Readonly<Record<string, Value>>,
  store: Pick<BlobStore, 'get'>,
): Promise<Readonly<Record<string, Json>>> {
  const blobs = await fetchAll(leavesIn(Object.values(values)), store);
  const loaded = Object.entries(values).map(([name, value]) => [
    name,
    foldValue<Json>(value, {
      leaf: leaf => leafJson(leaf, blobs),
      list: parts => [...parts],
      flat: of => concatenated(name, of),
    }),
  ]);
  return Object.fromEntries(loaded) as Record<string, Json>;
}

/** What travels by ref, each once. */
function leavesIn(values: readonly Value[]): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const open = [...values];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isList(value)) for (const part of value.list) open.push(part);
    else if (isFlat(value)) open.push(value.flat);
    else if (value.inline === undefined && value.digest !== undefined) leaves.set(keyOf(value), value);
  }
  return leaves;
}

/** The same bytes may be JSON here, and something else there. */
const keyOf = ({ digest = '', media }: Leaf): string =>
  media === undefined ? digest : `${digest} ${encodingOf(media)}`;

/** Their text: JSON, or the JSON side of what is none. */
async function fetchAll(
  leaves: ReadonlyMap<string, Leaf>,
  store: Pick<BlobStore, 'get'>,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  await fetchEach(leaves, async (key, { digest = '', media }) => {
    const bytes = await fetchBytes(digest, store);
    texts.set(key, bytes.toString(media === undefined ? 'utf8' : encodingOf(media)));
  });
  return texts;
}

/** Fetches one after another, but some at once. */
export async function fetchEach<K, V>(
  wanted: ReadonlyMap<K, V>,
  fetchOne: (key: K, value: V) => Promise<void>,
): Promise<void> {
  const rest = wanted.entries();
  const fetchSome = async (): Promise<void> => {
    for (const [key, value] of rest) await fetchOne(key, value);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted.size) }, fetchSome));
}

/** `hydration_failed` if they are not there or damaged. */
export async function fetchBytes(digest: string, store: Pick<BlobStore, 'get'>): Promise<Buffer> {
  const bytes = await store.get(digest).catch((error: unknown) => {
    if (isCorrupt(error)) throw lost(digest, 'is damaged in the store', error);
    throw error;
  });
  if (bytes === undefined) throw lost(digest, 'is not in the store');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Parsed anew for each use, so that a step may change what it is given. */
function leafJson(leaf: Leaf, blobs: ReadonlyMap<string, string>): Json {
  const { inline, digest = '', media } = leaf;
  const text = blobs.get(keyOf(leaf));
  if (inline !== undefined || text === undefined) return structuredClone(inline ?? null);
  if (media !== undefined) return text;
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw lost(digest, 'is not JSON', cause);
  }
}

function concatenated(name: string, of: Json): Json {
  if (Array.isArray(of) && of.every(part => Array.isArray(part))) return of.flat();
  throw new BorderError('invalid_value', `"${name}": g.flat expected a list of lists, got ${quote(of)}`, {
    port: name,
  });
}

export const lost = (digest: string, how: string, cause?: unknown): BorderError =>
  new BorderError(
    'hydration_failed',
    `the value with digest ${digest} ${how}`,
    { store: BLOBS, key: digest },
    { cause },
  );

export const isCorrupt = (error: unknown): boolean =>
  hasCode(error, 'corrupt_blob') || hasCode(error, 'invalid_digest');
