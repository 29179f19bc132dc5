import type { Value } from '../value/value.js';

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
  /** Index of the first of `items`: those before were opened by all who read them. */
  first: number;
  readonly items: (readonly (Value | null)[])[];
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
