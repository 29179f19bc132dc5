import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../src/client/history.js';
import { packHistory, unpackHistory } from '../../src/client/history-file.js';
import { RECORDED, recorded } from './recorded.js';

async function collected<T>(all: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of all) found.push(each);
  return found;
}

async function* each<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}

/** In pages of one, two, three, … events. */
function inPages(events: readonly HistoryEvent[]): readonly HistoryEvent[][] {
  const pages: HistoryEvent[][] = [];
  for (let from = 0; from < events.length; from += pages.length)
    pages.push(events.slice(from, from + pages.length + 1));
  return pages;
}

test.each(RECORDED)('the history of %s comes back page by page, however its bytes are cut', async name => {
  const pages = inPages(recorded(name));
  const bytes = Buffer.concat(await collected(packHistory(each(pages))));
  const cuts = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, k) => bytes.subarray(7 * k, 7 * k + 7));
  for (const pieces of [[bytes], cuts]) expect(await collected(unpackHistory(each(pieces)))).toEqual(pages);
});

test('the same history gives the same bytes, and what fails on the way fails who reads them', async () => {
  const pages = inPages(recorded('chain'));
  const [one, two] = [await collected(packHistory(each(pages))), await collected(packHistory(each(pages)))];
  expect(Buffer.concat(one)).toEqual(Buffer.concat(two));
  expect(gunzipSync(Buffer.concat(one)).length).toBeGreaterThan(Buffer.concat(one).length);
  const broken = async function* <T>(first: T): AsyncGenerator<T> {
    yield first;
    throw new Error('it broke');
  };
  await expect(collected(packHistory(broken(pages[0] ?? [])))).rejects.toThrow('it broke');
  await expect(collected(unpackHistory(broken(Buffer.concat(one).subarray(0, 99))))).rejects.toThrow('it broke');
});

test('a history of 50 MB is packed and read with a few pages of it on their way', async () => {
  const [event = {}] = recorded('chain');
  let [made, read, most] = [0, 0, 0];
  const many = async function* (): AsyncGenerator<HistoryEvent[]> {
    for (; made < 50; made += 1) {
      // Nothing that gzip could make small.
      const identity = createHash('shake256', { outputLength: 500_000 }).update(String(made)).digest('hex');
      yield [{ ...event, workflowExecutionStartedEventAttributes: { identity } }];
      most = Math.max(most, made - read);
    }
  };
  for await (const [first] of unpackHistory(packHistory(many()))) {
    expect(first?.workflowExecutionStartedEventAttributes?.identity).toHaveLength(1_000_000);
    read += 1;
  }
  expect([made, read]).toEqual([50, 50]);
  expect(most).toBeLessThan(5);
});
