import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveStream } from '../../src/step/live-stream.js';
import { ParkedStreams } from '../../src/step/parked-streams.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A stream that takes `ms` to close. */
function closable(ms = 0) {
  const close = vi.fn(() => new Promise<void>(resolve => setTimeout(resolve, ms)));
  const run = { next: () => new Promise<never>(() => {}), attach: () => {}, detach: () => {}, close };
  return { stream: new LiveStream(run), close };
}

describe('parked streams', () => {
  it('are taken once, by their key', () => {
    const parked = new ParkedStreams();
    const { stream } = closable();
    parked.keep('a', stream);
    expect([parked.take('b'), parked.take('a'), parked.take('a')]).toEqual([undefined, stream, undefined]);
  });

  it('are closed after 10 minutes, unless they were taken', async () => {
    const parked = new ParkedStreams();
    const [left, taken] = [closable(), closable()];
    parked.keep('left', left.stream);
    parked.keep('taken', taken.stream);
    parked.take('taken');
    await vi.advanceTimersByTimeAsync(599_999);
    expect(left.close).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(left.close).toHaveBeenCalledOnce();
    expect(taken.close).not.toHaveBeenCalled();
    expect(parked.take('left')).toBeUndefined();
  });

  it('are closed at the end, which waits for them; what comes later is closed at once', async () => {
    const parked = new ParkedStreams();
    const [first, late] = [closable(500), closable()];
    parked.keep('first', first.stream);
    let ended = false;
    const end = parked.close().then(() => (ended = true));
    await vi.advanceTimersByTimeAsync(499);
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await end;
    expect(first.close).toHaveBeenCalledOnce();
    parked.keep('late', late.stream);
    expect(late.close).toHaveBeenCalledOnce();
    expect(parked.take('late')).toBeUndefined();
  });
});
