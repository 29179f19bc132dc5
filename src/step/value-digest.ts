import { digestOf } from '../store/blob-store.js';
import { canonicalJson } from '../value/canonical.js';
import { foldValue } from '../value/fold.js';
import type { Json } from '../value/json.js';
import { encodingOf } from '../value/media.js';
import { isLeaf, type Leaf, type Value } from '../value/value.js';

/** The digest of JSON: that which a value made of it carries. */
export const jsonDigest = (json: Json): string => textDigest(canonicalJson(json));

export const textDigest = (text: string): string => digestOf(Buffer.from(text));

/**
 * What tells a value from all others without a look at its content: the digest that a leaf carries, of a literal that of its
 * JSON; a list and a flat fold those of their parts, so that neither equals its content as one leaf. `undefined` if a part
 * has neither digest nor content. O(parts).
 */
export function valueDigest(value: Value): string | undefined {
  if (isLeaf(value)) return leafDigest(value);
  return foldValue<string | undefined>(value, {
    leaf: leafDigest,
    list: parts => (parts.includes(undefined) ? undefined : textDigest(`list ${parts.join()}`)),
    flat: of => of && textDigest(`flat ${of}`),
  });
}

function leafDigest({ digest, inline, media }: Leaf): string | undefined {
  const known = digest ?? (inline === undefined ? undefined : contentDigest(inline, media));
  // The text `1` and the number have the same bytes.
  return known === undefined || media === undefined ? known : `${known} ${media}`;
}

const contentDigest = (inline: Json, media: string | undefined): string =>
  media === undefined ? jsonDigest(inline) : digestOf(Buffer.from(String(inline), encodingOf(media)));

/** Whether each inline part has the digest that it carries: values that come from outside may say anything. O(size). */
export function isGenuine(value: Value): boolean {
  return foldValue(value, {
    leaf: ({ digest, inline, media }) =>
      digest === undefined || inline === undefined || contentDigest(inline, media) === digest,
    list: parts => parts.every(Boolean),
    flat: of => of,
  });
}
