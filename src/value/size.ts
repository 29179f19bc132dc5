import { foldValue, type FoldMemo } from './fold.js';
import type { Json } from './json.js';
import type { Leaf, Value } from './value.js';

/** The bytes of `text` in UTF-8; a lone surrogate counts as U+FFFD, three bytes. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(at + 1))) at += 1;
  }
  return bytes;
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** What the key and the brackets of one value cost in JSON: `{"size":123}`, `{"list":[]},`. */
const FRAME_BYTES = 12;
const DIGEST_BYTES = ',"digest":""'.length + 64;
type Memo = FoldMemo<number>;
const weights: Memo = new WeakMap<Value, { readonly result: number }>();
const bulks: Memo = new WeakMap<Value, { readonly result: number }>();

/**
 * About how many bytes a value takes in a payload: its JSON to within some bytes a part. O(parts) the
 * first time, then remembered. A part that occurs twice counts twice, as JSON repeats it.
 */
export function weight(value: Value): number {
  return foldValue(value, { leaf: leafWeight, list: listWeight, flat: of => of + FRAME_BYTES }, weights);
}

/**
 * As `weight`, but a leaf with much content, wherever that lies, counts for at least a 64th of it: what is kept together by this
 * measure can be loaded at once.
 */
export function bulk(value: Value): number {
  return foldValue(value, { leaf: leafBulk, list: listWeight, flat: of => of + FRAME_BYTES }, bulks);
}

const leafBulk = (leaf: Leaf): number => Math.max(leafWeight(leaf), Math.ceil(leaf.size / 64));

function leafWeight(leaf: Leaf): number {
  let bytes = FRAME_BYTES;
  if (leaf.digest !== undefined) bytes += DIGEST_BYTES;
  if (leaf.inline !== undefined) bytes += inlineBytes(leaf, leaf.inline) + ',"inline":'.length;
  if (leaf.media !== undefined) bytes += leaf.media.length + ',"media":""'.length;
  for (const [path, part] of Object.entries(leaf.peek ?? {})) {
    bytes += utf8Length(path) + utf8Length(JSON.stringify(part)) + '"":,'.length;
  }
  return bytes;
}

/** `size` is that of JSON, unless the content is something else. */
const inlineBytes = ({ size, media }: Leaf, inline: Json): number =>
  media === undefined ? size : utf8Length(JSON.stringify(inline));

const listWeight = (parts: readonly number[]): number =>
  parts.reduce((sum, part) => sum + part + ','.length, FRAME_BYTES);
