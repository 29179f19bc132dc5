import type { Origin } from '../engine/known.js';
import type { BlobStore } from '../store/blob-store.js';
import type { CacheEntry } from '../store/step-cache.js';
import { isTextMedia } from '../value/media.js';
import type { Leaf } from '../value/value.js';
import { BorderError } from './border-error.js';
import { loadValues } from './load-values.js';
import { peekOf, type Peeks } from './make-values.js';

/** What an entry is worth to a use of its step: its outputs, or why it can't be used. */
export type CachedOutcome =
  | { readonly kind: 'hit'; readonly outputs: Readonly<Record<string, Leaf>>; readonly from: Origin }
  | { readonly kind: 'expired' | 'gone' };

/** Throws only what the store throws when it can't be asked. */
export async function cachedOutcome(
  entry: CacheEntry,
  store: BlobStore,
  peeks: Peeks = {},
  now: number = Date.now(),
): Promise<CachedOutcome> {
  const { run, at, expiresAt = Infinity } = entry;
  if (expiresAt <= now) return { kind: 'expired' };
  const outputs: Record<string, Leaf> = {};
  for (const [port, leaf] of Object.entries(entry.outputs)) {
    const keys = Object.hasOwn(peeks, port) ? peeks[port] : undefined;
    const there = await stillThere(leaf, keys ?? [], store);
    if (!there) return { kind: 'gone' };
    outputs[port] = there;
  }
  return { kind: 'hit', outputs, from: { run, at } };
}

/** The leaf with the peeks that this use reads: another use, which computed it, may have read none, or others. */
async function stillThere(leaf: Leaf, keys: readonly string[], store: BlobStore): Promise<Leaf | undefined> {
  const { peek, ...content } = leaf;
  const { digest, inline, media } = content;
  if (inline !== undefined) return leaf;
  if (digest === undefined) return undefined;
  // Of bytes nothing is peeked.
  const isBytes = media !== undefined && !isTextMedia(media);
  if (isBytes || keys.every(key => peek !== undefined && Object.hasOwn(peek, key))) {
    return (await store.has(digest)) ? leaf : undefined;
  }
  try {
    const { value = null } = await loadValues({ value: leaf }, store);
    return { ...content, ...peekOf(value, keys) };
  } catch (error) {
    if (error instanceof BorderError) return undefined;
    throw error;
  }
}
