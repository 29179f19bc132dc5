import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { impl } from '../../src/step/impl.js';
import { LiveStream } from '../../src/step/live-stream.js';
import { runStream } from '../../src/step/run-stream.js';
import { sendItems, type Batch, type BatchAnswer, type Sending } from '../../src/step/send-items.js';
import { itemDigest } from '../../src/value/item-digest.js';
import { callOf, depsOf, numberOf, numbers } from './stream-setup.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A stream that yields these numbers, then does what `last` does. */
const live = (from: number, list: readonly number[], last = () => {}) =>
  new LiveStream(
    runStream(
      impl(numbers, async function* () {
        for (const n of list) yield { n };
        last();
        return {};
      }),
      callOf(),
      depsOf(),
    ),
    from,
  );

/** Sends a stream; its batches are answered by `answer`, each as soon as it is sent unless that waits. */
function sending(
  stream: LiveStream,
  answer: (batch: Batch) => BatchAnswer | Promise<BatchAnswer>,
  options: Partial<Sending> = {},
) {
  const batches: Batch[] = [];
  const end = sendItems(stream, {
    address: 'split',
    flow: { next: 0, credit: 10 },
    attempt: 1,
    signal: new AbortController().signal,
    send: async batch => {
      batches.push(batch);
      return answer(batch);
    },
    ...options,
  }).catch((error: unknown) => ({ error }));
  const said = () => batches.map(({ first, items }) => [first, ...items.map(numberOf)]);
  return { batches, end, said };
}
const all = ({ first, items }: Batch): BatchAnswer => ({ next: first + items.length, credit: 10 });

describe('what a stream yields', () => {
  it('is sent at once if nothing is on its way; what comes meanwhile is in the next batch', async () => {
    const answers: ((answer: BatchAnswer) => void)[] = [];
    const answer = () => new Promise<BatchAnswer>(resolve => answers.push(resolve));
    let goOn = (_?: unknown): void => {};
    const wait = new Promise(resolve => (goOn = resolve));
    const body = impl(numbers, async function* () {
      for (const n of [7, 8, 9]) yield { n };
      await wait;
    });
    const { end, said } = sending(new LiveStream(runStream(body, callOf(), depsOf())), answer);
    await vi.advanceTimersByTimeAsync(1);
    expect(said()).toEqual([[0, 7]]);
    answers[0]?.({ next: 1, credit: 10 });
    await vi.advanceTimersByTimeAsync(1);
    expect(said()).toEqual([
      [0, 7],
      [1, 8, 9],
    ]);
    answers[1]?.({ next: 3, credit: 10 });
    goOn();
    expect(await end).toEqual({ kind: 'ended', outputs: {}, count: 3 });
  });

  it('is sent again from where the run is', async () => {
    const refused: BatchAnswer = { next: 0, credit: 10 };
    let times = 0;
    const { end, said } = sending(live(0, [1, 2]), batch => ((times += 1) === 1 ? refused : all(batch)));
    expect(await end).toMatchObject({ kind: 'ended', count: 2 });
    expect(said()).toEqual([
      [0, 1],
      [0, 1],
      [1, 2],
    ]);
  });

  it('is asked about after 20, 50, 100, 200 and 400 ms without room; then the stream is parked, and goes on later', async () => {
    const stream = live(0, [1, 2]);
    const times: number[] = [];
    const begun = Date.now();
    const first = sending(stream, () => {
      times.push(Date.now() - begun);
      return { next: 1, credit: 0 };
    });
    await vi.advanceTimersByTimeAsync(2000);
    expect(await first.end).toEqual({ kind: 'parked' });
    expect(first.said()).toEqual([[0, 1], [1], [1], [1], [1], [1]]);
    expect(times).toEqual([0, 20, 70, 170, 370, 770]);
    const second = sending(stream, all, { flow: { next: 1, credit: 1 } });
    expect(await second.end).toMatchObject({ kind: 'ended', count: 2 });
    expect(second.said()).toEqual([[1, 2]]);
    expect(second.batches[0]?.before).toBe(first.batches[0]?.items[0] && itemDigest(first.batches[0].items[0]));
  });

  it('needs no room to end', async () => {
    const { end } = sending(live(0, [1]), () => ({ next: 1, credit: 0 }), { flow: { next: 0, credit: 1 } });
    expect(await end).toMatchObject({ kind: 'ended', count: 1 });
  });

  it('is passed over where it was taken before, and compared by the last of it', async () => {
    const flow = { next: 2, credit: 10 };
    const { batches, end, said } = sending(live(2, [1, 2, 3]), all, { flow, attempt: 2 });
    expect(await end).toMatchObject({ kind: 'ended', count: 3 });
    expect(said()).toEqual([[2, 3]]);
    expect(batches[0]?.before).toBe(itemDigest([{ size: 1, inline: 2 }]));
  });

  it('is compared where nothing is left to send', async () => {
    const { batches, end } = sending(live(2, [1, 2]), all, { flow: { next: 2, credit: 10 }, attempt: 2 });
    expect(await end).toMatchObject({ kind: 'ended', count: 2 });
    expect(batches).toEqual([{ attempt: 2, first: 2, items: [], before: itemDigest([{ size: 1, inline: 2 }]) }]);
  });

  it('must be there again: a stream that ends before what was taken fails', async () => {
    const { batches, end } = sending(live(3, [1, 2]), all, { flow: { next: 3, credit: 10 }, attempt: 2 });
    expect(await end).toMatchObject({
      error: { code: 'stream_not_repeatable', message: expect.stringContaining('split ended after 2 items') as string },
    });
    expect(batches).toEqual([]);
  });

  it('[ST-10] is taken before the error that came after it is thrown', async () => {
    const failing = live(0, [1, 2], () => {
      throw new Error('torn page');
    });
    const { end, said } = sending(failing, all);
    expect(await end).toMatchObject({ error: { message: 'torn page' } });
    expect(said().flat()).toEqual([0, 1, 1, 2]);
  });

  it('ends quietly when the run does not listen any more', async () => {
    const { batches, end } = sending(live(0, [1, 2, 3]), () => ({ over: true }));
    expect(await end).toEqual({ kind: 'over' });
    expect(batches).toHaveLength(1);
  });

  it.each<[string, Partial<Sending>, (batch: Batch) => Promise<BatchAnswer>]>([
    ['sending fails', {}, () => Promise.reject(new Error('gone'))],
    ['nobody wants it', { signal: AbortSignal.abort(new Error('gone')) }, async batch => all(batch)],
    ['nobody wants it any more', { signal: AbortSignal.timeout(0) }, () => new Promise(() => {})],
  ])('ends at once when %s', async (_, options, answer) => {
    vi.useRealTimers();
    const { end } = sending(live(0, [1, 2, 3]), answer, options);
    expect(await end).toMatchObject({ error: { message: expect.stringMatching(/gone|timeout/) as string } });
  });

  it('makes batches of at most 500 items and 128 KiB; a larger item goes alone', async () => {
    const sizes: number[] = [];
    const answer = (batch: Batch) => {
      sizes.push(batch.items.length);
      return new Promise<BatchAnswer>(resolve => setTimeout(() => resolve({ ...all(batch), credit: 3000 }), 50));
    };
    const many = Array.from({ length: 1101 }, (_, n) => n);
    const { end } = sending(live(0, many), answer, { flow: { next: 0, credit: 3000 } });
    await vi.advanceTimersByTimeAsync(1000);
    expect(await end).toMatchObject({ kind: 'ended', count: 1101 });
    expect(sizes).toEqual([1, 500, 500, 100]);
  });
});
