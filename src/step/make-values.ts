import { peekAt } from '../expression/reads.js';
import type { ByteSource, Content } from '../graph/bytes.js';
import { mediaOf } from '../schema/content.js';
import type { JsonSchema } from '../schema/json-schema.js';
import { digestOf, type BlobStore } from '../store/blob-store.js';
import { canonicalJson, canonicalPieces } from '../value/canonical.js';
import type { Json } from '../value/json.js';
import { isTextMedia } from '../value/media.js';
import { INLINE_LIMIT, type Leaf } from '../value/value.js';
import { makeContent, PIECE } from './make-content.js';

/** The most bytes of JSON a peek carries. */
const PEEK_LIMIT = 1024;

/** Peek keys by port: what conditions read of a value that travels by ref. */
export type Peeks = Readonly<Record<string, readonly string[]>>;

/** What is no JSON is so by the schema of its port. */
export type Schemas = Readonly<Record<string, JsonSchema>>;

/**
 * Values by name: of JSON, and of text and bytes where a schema says so. Those over `INLINE_LIMIT` are in the store when this
 * ends, and nothing was copied whole on its way there.
 */
export async function makeValues(
  contents: Readonly<Record<string, Content>>,
  store: BlobStore,
  peeks: Peeks = {},
  schemas: Schemas = {},
): Promise<Readonly<Record<string, Leaf>>> {
  const made = Object.entries(contents).map(async ([name, content]) => {
    const keys = Object.hasOwn(peeks, name) ? peeks[name] : undefined;
    const media = Object.hasOwn(schemas, name) ? mediaOf(schemas[name]) : undefined;
    if (media === undefined) return [name, await makeJson(content as Json, store, keys)] as const;
    const leaf = await makeContent(content as string | ByteSource, media, store, name);
    // Of text conditions may read something; bytes tell them nothing.
    const peek = leaf.inline === undefined && typeof content === 'string' && isTextMedia(media) ? keys : undefined;
    return [name, { ...leaf, ...peekOf(content as Json, peek ?? []) }] as const;
  });
  return Object.fromEntries(await Promise.all(made));
}

async function makeJson(json: Json, store: BlobStore, peeks: readonly string[] = []): Promise<Leaf> {
  const pieces = canonicalPieces(json, PIECE);
  const text = pieces.next().value ?? '';
  const second = pieces.next();
  if (!second.done) return { ...(await store.putStream(inUtf8(pieces, text, second.value))), ...peekOf(json, peeks) };
  const bytes = Buffer.from(text);
  const digest = digestOf(bytes);
  const size = bytes.length;
  // A copy: what the step returned is still its own to change.
  if (size <= INLINE_LIMIT) return { digest, size, inline: JSON.parse(text) as Json };
  await store.put(digest, bytes);
  return { digest, size, ...peekOf(json, peeks) };
}

/** What has `begun` comes first. */
export async function* inUtf8(rest: Iterable<string>, ...begun: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of begun) yield Buffer.from(piece);
  for (const piece of rest) yield Buffer.from(piece);
}

/** The parts under these keys, those that are there and small. */
export function peekOf(json: Json, keys: readonly string[]): Pick<Leaf, 'peek'> {
  const peek = Object.fromEntries(keys.flatMap(key => peeked(json, key)));
  return Object.keys(peek).length > 0 ? { peek } : {};
}

function peeked(json: Json, key: string): [string, Json][] {
  const part = peekAt(json, key);
  if (!part.found) return [];
  const text = canonicalJson(part.value);
  return Buffer.byteLength(text) <= PEEK_LIMIT ? [[key, JSON.parse(text) as Json]] : [];
}
