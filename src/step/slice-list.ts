import type { BlobStore } from '../store/blob-store.js';
import { isJsonList, isJsonObject, type Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import { weight } from '../value/size.js';
import type { Leaf, Value } from '../value/value.js';
import { BorderError } from './border-error.js';
import { loadValues } from './load-values.js';
import { makeValues } from './make-values.js';

/** How much one slice gives: so many items, of so many bytes as they travel, but always one. */
const MOST_ITEMS = 500;
const MOST_WEIGHT = 128 * 1024;
/** How many go into the store at once. */
const AT_ONCE = 16;

/** The list, and what is wanted of it. */
interface WantedSlice {
  readonly value: Value;
  readonly first: number;
  readonly fields?: readonly string[];
  /** Peek keys, by field. */
  readonly peeks?: readonly (readonly string[])[];
}
/** Some items of a list. */
export interface ListSlice {
  /** Of items that are wanted as their fields: one field after the other, null where absent. */
  readonly items: readonly (Leaf | null)[];
  /** How many the list has. */
  readonly total: number;
}

/**
 * The items of a list from the index `first` on, as many as fit, each a value of its own, or one for each of its `fields`:
 * what the engine's `slice` asks for. Beyond the end there are none. `invalid_value` if the value is no list, or an item whose
 * fields are wanted no object; `hydration_failed` if it is not in the store.
 */
export async function sliceList(
  { value, first, fields, peeks = [] }: WantedSlice,
  store: BlobStore,
): Promise<ListSlice> {
  const { items: all = null } = await loadValues({ items: value }, store);
  if (!isJsonList(all)) throw noList(all);
  const items: (Leaf | null)[] = [];
  let room = MOST_WEIGHT;
  const end = Math.min(all.length, first + MOST_ITEMS);
  for (let at = first; at < end && room > 0; at += AT_ONCE) {
    const some = all.slice(at, Math.min(at + AT_ONCE, end));
    const rows = some.map((item, k) => (fields ? fieldsOf(item, at + k, fields) : [item]));
    for (const row of await makeRows(rows, store, peeks)) {
      room -= row.reduce((sum, leaf) => sum + (leaf ? weight(leaf) : 0), 0);
      if (room >= 0 || items.length === 0) items.push(...row);
    }
  }
  return { items, total: all.length };
}

type Row = readonly (Json | undefined)[];

function fieldsOf(item: Json, index: number, fields: readonly string[]): Row {
  if (!isJsonObject(item)) throw noObject(item, index);
  return fields.map(name => (Object.hasOwn(item, name) ? item[name] : undefined));
}

async function makeRows(
  rows: readonly Row[],
  store: BlobStore,
  peeks: NonNullable<WantedSlice['peeks']>,
): Promise<readonly (readonly (Leaf | null)[])[]> {
  const key = (row: number, k: number): string => `${row}.${k}`;
  const contents = rows.flatMap((row, r) => row.flatMap((json, k) => (json === undefined ? [] : [[key(r, k), json]])));
  const keys = rows.flatMap((row, r) => row.map((_, k) => [key(r, k), peeks[k] ?? []] as const));
  const made = await makeValues(Object.fromEntries(contents), store, Object.fromEntries(keys));
  return rows.map((row, r) => row.map((_, k) => made[key(r, k)] ?? null));
}

const noObject = (got: Json, index: number): BorderError =>
  new BorderError('invalid_value', `input "items": item ${index}: expected an object, got ${quote(got)}`, {
    port: 'items',
  });
const noList = (got: Json): BorderError =>
  new BorderError('invalid_value', `input "items": expected a list, got ${quote(got)}`, { port: 'items' });
