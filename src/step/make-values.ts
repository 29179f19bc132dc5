import { peekAt } from '../expression/reads.js';
import { digestOf, type BlobStore } from '../store/blob-store.js';
import { canonicalJson } from '../value/canonical.js';
import type { Json } from '../value/json.js';
import { INLINE_LIMIT, type Leaf } from '../value/value.js';

/** The most bytes of JSON a peek carries. */
const PEEK_LIMIT = 1024;

/** Peek keys by port: what conditions read of a value that travels by ref. */
export type Peeks = Readonly<Record<string, readonly string[]>>;

/** Values of JSON by name. Those over `INLINE_LIMIT` are in the store when this ends. */
export async function makeValues(
  json: Readonly<Record<string, Json>>,
  store: BlobStore,
  peeks: Peeks = {},
): Promise<Readonly<Record<string, Leaf>>> {
  const made = Object.entries(json).map(async ([name, value]) => {
    const keys = Object.hasOwn(peeks, name) ? peeks[name] : undefined;
    return [name, await makeValue(value, store, keys)] as const;
  });
  return Object.fromEntries(await Promise.all(made));
}

async function makeValue(json: Json, store: BlobStore, peeks: readonly string[] = []): Promise<Leaf> {
  const text = canonicalJson(json);
  const bytes = Buffer.from(text);
  const digest = digestOf(bytes);
  const size = bytes.length;
  // A copy: what the step returned is still its own to change.
  if (size <= INLINE_LIMIT) return { digest, size, inline: JSON.parse(text) as Json };
  await store.put(digest, bytes);
  const peek = Object.fromEntries(peeks.flatMap(key => peeked(json, key)));
  return { digest, size, ...(Object.keys(peek).length > 0 && { peek }) };
}

function peeked(json: Json, key: string): [string, Json][] {
  const part = peekAt(json, key);
  if (!part.found) return [];
  const text = canonicalJson(part.value);
  return Buffer.byteLength(text) <= PEEK_LIMIT ? [[key, JSON.parse(text) as Json]] : [];
}
