import { foldValue } from '../value/fold.js';
import type { PlanPort } from '../plan/plan.js';
import { isJsonList, isJsonObject } from '../value/json.js';
import { literal } from '../value/leaf.js';
import { quote } from '../value/quote.js';
import { isLeaf, type Leaf, type Value } from '../value/value.js';
import { cutUp } from './gather.js';

/** What the items of a list are taken from. */
export type ListItems =
  | { readonly kind: 'here'; readonly items: readonly Value[] }
  /** They lie in the store: they are those of these lists, one list after the other. */
  | { readonly kind: 'stored'; readonly parts: readonly Value[] }
  /** The value is no list. */
  | { readonly kind: 'none'; readonly problem: string };

/** The items of a value, as far as they are here. No recursion: values nest as deep as a graph is long. O(parts). */
export function itemsOf(value: Value): ListItems {
  const items = itemsIn(foldValue<Part>(value, { leaf, list, flat }));
  if (items === 'stored') return { kind: 'stored', parts: cutUp(value) };
  if ('wanted' in items) return { kind: 'none', problem: `expected ${items.wanted}, got ${items.got}` };
  return { kind: 'here', items: items.map(part => part.value) };
}

/** The same of a list of objects that stands in for the items of a stream: all of them are here, or all are asked for. */
export function rowsOf(value: Value): ListItems {
  const found = itemsOf(value);
  const isHere = (item: Value): boolean => isLeaf(item) && item.inline !== undefined;
  return found.kind !== 'here' || found.items.every(isHere) ? found : { kind: 'stored', parts: cutUp(value) };
}

/** The fields of an item that is here, null where absent; text that says what else it is. */
export function fieldsIn(item: Value | undefined, names: readonly PlanPort[]): readonly (Value | null)[] | string {
  const json = item && isLeaf(item) ? item.inline : undefined;
  if (json === undefined || !isJsonObject(json)) return `expected an object, got ${quote(json ?? null)}`;
  return names.map(({ name }) => (Object.hasOwn(json, name) ? literal(json[name] ?? null) : null));
}

type Found = readonly Part[] | 'stored' | NoList;
/** `got`: what is there instead. */
interface NoList {
  readonly wanted: string;
  readonly got: string;
}
/** A value, and what is in it where that is no leaf. */
interface Part {
  readonly value: Value;
  readonly items?: Found;
}

const leaf = (value: Leaf): Part => ({ value });
const list = (items: readonly Part[], value: Value): Part => ({ value, items });
const flat = (of: Part, value: Value): Part => ({ value, items: concatenated(itemsIn(of)) });

function itemsIn({ value, items }: Part): Found {
  if (items !== undefined || !isLeaf(value)) return items ?? [];
  const { inline } = value;
  if (inline === undefined) return 'stored';
  if (isJsonList(inline)) return inline.map(json => ({ value: literal(json) }));
  return { wanted: 'a list', got: quote(inline) };
}

const LISTS = 'a list of lists';

function concatenated(lists: Found): Found {
  if (lists === 'stored') return lists;
  if ('wanted' in lists) return { ...lists, wanted: LISTS };
  const all: Part[] = [];
  let isStored = false;
  for (const part of lists) {
    const items = itemsIn(part);
    if (items === 'stored') isStored = true;
    else if ('wanted' in items) return { wanted: LISTS, got: `one with ${items.got} in it` };
    else for (const item of items) all.push(item);
  }
  return isStored ? 'stored' : all;
}
