import { describe, expect, it, vi } from 'vitest';
import { LiveStream } from '../../src/step/live-stream.js';
import type { StreamItem } from '../../src/engine/event.js';
import type { StreamRun } from '../../src/step/run-stream.js';

/** A stream that holds items, of so many bytes each. */
async function holding(sizes: readonly number[]): Promise<LiveStream> {
  let at = 0;
  const run: StreamRun = {
    next: async () => {
      const size = sizes[at++];
      return size === undefined
        ? { kind: 'end', outputs: {} }
        : { kind: 'item', item: [{ size, inline: 'x'.repeat(size - 2) }] satisfies StreamItem };
    },
    attach: () => {},
    detach: () => {},
    close: async () => {},
  };
  const stream = new LiveStream(run);
  stream.attach(undefined, () => stream.pull());
  stream.pull();
  await vi.waitUntil(() => stream.end);
  return stream;
}

describe('what is held of a stream', () => {
  it.each<[string, readonly number[], number, number, number]>([
    ['as many as fit by their weight', [400, 400, 400], 0, 3, 2],
    ['as many as fit by their number', [4, 4, 4, 4], 0, 4, 3],
    ['at least one, however large', [5000, 4], 0, 2, 1],
    ['not that beyond the end', [4, 4, 4], 1, 2, 1],
    ['from an index on', [900, 4, 900, 200], 1, 4, 2],
  ])('goes into a batch: %s', async (_, sizes, from, end, count) => {
    const stream = await holding(sizes);
    expect(stream.batch(from, end, { items: 3, weight: 1000 })).toHaveLength(count);
  });

  it('weighs nothing when it is forgotten, and is nowhere else', async () => {
    const stream = await holding([100, 200, 300]);
    const whole = stream.weight;
    stream.forget(2);
    expect(whole - stream.weight).toBeGreaterThan(300);
    expect([stream.next, stream.reaches(1), stream.reaches(2), stream.reaches(3), stream.reaches(4)]).toEqual([
      3,
      false,
      true,
      true,
      false,
    ]);
    stream.forget(3);
    expect(stream.weight).toBe(0);
    expect(stream.end).toEqual({ kind: 'end', outputs: {}, count: 3 });
  });
});
