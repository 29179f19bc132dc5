import type { Json } from './json.js';

/**
 * What travels between steps: a leaf, a `list` of values, or the concatenation (`flat`) of a value that is a list of lists.
 * Values are told apart by their keys, so that one costs few bytes in a history: `isLeaf`, `isList`, `isFlat`.
 */
export type Value = Leaf | ListValue | FlatValue;

/**
 * One JSON value, or text or bytes if it says so by its `media`. Up to `INLINE_LIMIT` bytes of JSON it is carried `inline`;
 * beyond, only its `digest` travels and the content lies in the blob store under it. The digest and the `size` in bytes are
 * those of the content: of the canonical JSON, of the text in UTF-8, of the bytes.
 * A digest may be missing only on an inline leaf that no step made (a literal of the plan, an index).
 */
export interface Leaf {
  readonly digest?: string;
  readonly size: number;
  /** The JSON side: of bytes their base64. */
  readonly inline?: Json;
  /** Of what is no JSON: `image/png`, `text/csv; charset=utf-8` (see `media.ts`). */
  readonly media?: string;
  /** Parts of a leaf that is not inline, by peek path (see `src/expression`), each at most 1 KiB: what conditions read. */
  readonly peek?: Readonly<Record<string, Json>>;
}
export interface ListValue {
  readonly list: readonly Value[];
}
export interface FlatValue {
  readonly flat: Value;
}

/** The most bytes of JSON a leaf carries inline (engine.md: 4 KiB). */
export const INLINE_LIMIT = 4096;

export const isList = (value: Value): value is ListValue => 'list' in value;
export const isFlat = (value: Value): value is FlatValue => 'flat' in value;
export const isLeaf = (value: Value): value is Leaf => 'size' in value;
