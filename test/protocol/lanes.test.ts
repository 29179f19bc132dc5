import { expect, test } from 'vitest';
import { Lanes } from '../../src/protocol/lanes.js';

/** Work that ends when it is told to. */
function begun(lanes: Lanes, key: string) {
  let end = (): void => {};
  let started = false;
  const done = lanes.run(key, () => {
    started = true;
    return new Promise<void>(resolve => (end = resolve));
  });
  return { done, end: () => end(), started: () => started };
}

test('at most so many of a key run at once, the rest in the order they came', async () => {
  const lanes = new Lanes(2);
  const works = Array.from({ length: 4 }, () => begun(lanes, 'a'));
  const other = begun(lanes, 'b');
  expect(works.map(work => work.started())).toEqual([true, true, false, false]);
  expect(other.started()).toBe(true);
  works[1]?.end();
  await works[1]?.done;
  expect(works.map(work => work.started())).toEqual([true, true, true, false]);
  for (const k of [0, 2, 3]) {
    works[k]?.end();
    await works[k]?.done;
  }
  expect(works.every(work => work.started())).toBe(true);
});

test('one that fails makes room as well', async () => {
  const lanes = new Lanes(1);
  const failed = lanes.run('a', () => Promise.reject(new Error('no')));
  const next = lanes.run('a', async () => 'next');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('next');
});
