import { describe, expect, test } from 'vitest';
import { sliceList } from '../../src/step/slice-list.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { gatherValue } from '../../src/step/gather-value.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';
import { weight } from '../../src/value/size.js';
import { digestOf } from '../../src/store/blob-store.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, k) => k);
/** A list in the store. */
async function stored(json: Json) {
  const store = createMemoryStore();
  return { store, value: await gatherValue(literal(json), store) };
}

describe('a slice of a list', () => {
  test.each([
    [0, 500],
    [400, 500],
    [999, 1],
    [1000, 0],
    [5000, 0],
  ])('from %i on has %i items', async (first, count) => {
    const { store, value } = await stored(numbers(1000));
    const { items, total } = await sliceList({ value, first }, store);
    expect([items.map(item => item?.inline), total]).toEqual([numbers(1000).slice(first, first + count), 1000]);
  });

  test('carries small items inline with their digest, large ones by reference', async () => {
    const large = 'x'.repeat(5000);
    const { store, value } = await stored([1, large]);
    const { items } = await sliceList({ value, first: 0 }, store);
    const [digest, text] = [digestOf(Buffer.from('1')), digestOf(Buffer.from(JSON.stringify(large)))];
    expect(items).toEqual([
      { digest, size: 1, inline: 1 },
      { digest: text, size: 5002 },
    ]);
    expect(await store.get(text)).toBeDefined();
  });

  test('weighs at most 128 KiB', async () => {
    const { store, value } = await stored(numbers(200).map(k => `${k}`.padEnd(4000, 'x')));
    const { items } = await sliceList({ value, first: 0 }, store);
    const total = items.reduce((sum, item) => sum + weight(item ?? literal(0)), 0);
    expect(total).toBeLessThanOrEqual(128 * 1024);
    expect(total + weight(items[0] ?? literal(0))).toBeGreaterThan(128 * 1024);
  });

  test('takes a flat as the list that it stands for', async () => {
    const { store, value } = await stored([3, 4]);
    const flat = { flat: { list: [literal([1, 2]), value] } };
    expect((await sliceList({ value: flat, first: 1 }, store)).items.map(item => item?.inline)).toEqual([2, 3, 4]);
  });

  test('gives items as their fields, null where there is none', async () => {
    const { store, value } = await stored([{ a: 1, b: 'x'.repeat(5000) }, { b: 2 }, { a: null }]);
    const { items, total } = await sliceList({ value, first: 0, fields: ['a', 'b'] }, store);
    expect(total).toBe(3);
    expect(items.map(item => item && (item.inline === undefined ? item.size : item.inline))).toEqual([
      1,
      5002,
      null,
      2,
      null,
      null,
    ]);
    expect([items[2], items[4]?.inline, items[5]]).toEqual([null, null, null]);
  });

  test('of items that are no objects has no fields', async () => {
    const { store, value } = await stored([{ a: 1 }, 7]);
    await expect(sliceList({ value, first: 0, fields: ['a'] }, store)).rejects.toMatchObject({
      code: 'invalid_value',
      message: 'input "items": item 1: expected an object, got 7',
    });
  });

  test('of what is no list is refused', async () => {
    const { store, value } = await stored({ a: 1 });
    await expect(sliceList({ value, first: 0 }, store)).rejects.toMatchObject({
      code: 'invalid_value',
      message: 'input "items": expected a list, got {"a":1}',
    });
  });

  test('of what is not in the store is refused', async () => {
    const { value } = await stored(numbers(3000));
    await expect(sliceList({ value, first: 0 }, createMemoryStore())).rejects.toMatchObject({
      code: 'hydration_failed',
    });
  });
});
