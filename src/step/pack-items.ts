/** Items of a stream that are only collected: they go into the store together, and the run hears how many they are. */
import { MOST_ITEMS, type ItemPack, type StreamItem, type Yielded } from '../engine/event.js';
import type { BlobStore } from '../store/blob-store.js';
import { bulk } from '../value/size.js';
import { INLINE_LIMIT, isLeaf } from '../value/value.js';
import { gatherValue } from './gather-value.js';
import { BATCH, type BatchAnswer, type MostOfBatch, type Sending } from './send-items.js';

/** Sends a batch to the run, packed or not. */
export type Send = (batch: Omit<Yielded, 'kind' | 'exec'>) => Promise<BatchAnswer>;

/** The most that goes into a pack. */
export const PACK: MostOfBatch = { items: MOST_ITEMS, weight: 1024 * 1024 };
/** Fewer items than these go as they are, if they can: the run remembers each pack. */
const FEWEST = 50;

/** Batches that are worth it are packed before `send` has them, which it does in the order in which they come. Throws what the store throws. */
export function sendPacked(send: Send, store: BlobStore): Sending['send'] {
  let before: Promise<unknown> = Promise.resolve();
  return batch => {
    const { items } = batch;
    const ready = Promise.all([isWorthIt(items) ? pack(items, store) : items, before.catch(() => {})]);
    before = ready;
    return ready.then(([made]) => send({ ...batch, items: made }));
  };
}

/** What has its place in the store already is left there, unless a batch would be too large. */
function isWorthIt(items: readonly StreamItem[]): boolean {
  const values = items.flat().filter(value => value !== null);
  const weight = values.reduce((sum, value) => sum + bulk(value), 0);
  if (weight > BATCH.weight) return items.length > 1;
  return weight > INLINE_LIMIT && items.length >= FEWEST && values.every(value => isLeaf(value) && 'inline' in value);
}

async function pack(items: readonly StreamItem[], store: BlobStore): Promise<ItemPack> {
  const yields = items[0]?.map((_, k) => items.flatMap(item => item[k] ?? [])) ?? [];
  const lists = await Promise.all(yields.map(list => gatherValue({ list }, store)));
  return { count: items.length, last: items.at(-1) ?? [], lists };
}
