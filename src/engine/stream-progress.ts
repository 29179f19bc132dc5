import type { Value } from '../value/value.js';
import type { ItemPack, StreamItem } from './event.js';

/** A stream that has been started: what of its items is not done with. JSON. */
export interface StreamProgress {
  /**
   * `parked`: nothing more was taken, so its execution has ended; `due`: it is to be executed again, from `next` on.
   * `completed`, `failed`: no more items come.
   */
  phase: 'executing' | 'parked' | 'due' | 'completed' | 'failed';
  /** The latest attempt at this execution that was heard of. */
  attempt: number;
  /** How many items were taken: the index of the next one. */
  next: number;
  /** The `itemDigest` of the last one taken. */
  last: string | null;
  /** Where its code goes on, if it says so: what the last one taken has as its cursor. */
  cursor?: Value;
  /** Index of the first item in `items`: those before were opened by all who read them. */
  first: number;
  readonly items: (StreamItem | ItemPack)[];
}

export const startedStream = (): StreamProgress => ({
  phase: 'executing',
  attempt: 0,
  next: 0,
  last: null,
  first: 0,
  items: [],
});

export const copyStream = (stream: StreamProgress): StreamProgress => ({ ...stream, items: [...stream.items] });

/** Whether no more items come. */
export const isOver = ({ phase }: StreamProgress): boolean => phase === 'completed' || phase === 'failed';

export const isPack = (items: StreamItem | readonly StreamItem[] | ItemPack): items is ItemPack => 'lists' in items;

/** The item of an index that is kept, or the pack that begins with it. O(1) unless packs are kept. */
export function itemAt({ items, first, next }: StreamProgress, index: number): StreamItem | ItemPack | undefined {
  if (items.length === next - first) return items[index - first];
  let at = first;
  return items.find(item => {
    const begin = at;
    at += sizeOf(item);
    return begin === index;
  });
}

/** Forgets the items before an index, which no pack goes across. */
export function forgetItems(stream: StreamProgress, index: number): void {
  let count = 0;
  for (; stream.first < index; count += 1) stream.first += sizeOf(stream.items[count] ?? []);
  stream.items.splice(0, count);
}

const sizeOf = (item: StreamItem | ItemPack): number => (isPack(item) ? item.count : 1);
