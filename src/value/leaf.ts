import { canonicalJson } from './canonical.js';
import { foldValue } from './fold.js';
import type { Json } from './json.js';
import { utf8Length } from './size.js';
import type { Leaf, Value } from './value.js';

/** A leaf that no step made (a literal of the plan, an index): inline, whatever its size, and without a digest. */
export const literal = (json: Json): Leaf => ({ size: utf8Length(canonicalJson(json)), inline: json });

/**
 * The plain JSON of a value whose parts are all inline: lists put together, flats concatenated. `undefined` if a part lies
 * in the store, or if a flat is not of lists: then the border, which loads values, finds it and says so.
 */
export const inlineOf = (value: Value): Json | undefined =>
  foldValue<Json | undefined>(value, {
    leaf: leaf => leaf.inline,
    list: parts => (parts.every(isKnown) ? parts : undefined),
    flat: of => (isListOfLists(of) ? of.flat() : undefined),
  });

const isKnown = (part: Json | undefined): part is Json => part !== undefined;

const isListOfLists = (json: Json | undefined): json is readonly (readonly Json[])[] =>
  Array.isArray(json) && json.every(part => Array.isArray(part));
