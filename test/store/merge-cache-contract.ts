import { describe, expect, it } from 'vitest';
import type { MergeCache } from '../../src/store/merge-cache.js';
import { digestOf } from '../../src/value/digest.js';

/** A key, and a value that differs from all others. */
export const entry = (number: number) => {
  const size = String(number).length;
  return { key: digestOf(`key ${number}`), value: { digest: digestOf(number), size, inline: number } };
};

/** What every merge cache does. `create` gives an empty one. */
export function mergeCacheContract(name: string, create: () => Promise<MergeCache>): void {
  describe(`${name} as a merge cache`, () => {
    it('IV-15: gives back what was put under a key, inline values and refs', async () => {
      const cache = await create();
      const { key, value } = entry(1);
      const ref = { digest: 'a'.repeat(64), size: 5000 };
      await cache.put(key, value);
      await cache.put(entry(2).key, ref);
      expect(await cache.get(key)).toEqual(value);
      expect(await cache.get(entry(2).key)).toEqual(ref);
    });

    it('has nothing under a key that was not put', async () => {
      expect(await (await create()).get(entry(1).key)).toBeUndefined();
    });

    it('keeps what was put last', async () => {
      const cache = await create();
      for (const { value } of [entry(1), entry(2)]) await cache.put(entry(1).key, value);
      expect(await cache.get(entry(1).key)).toEqual(entry(2).value);
    });

    it('takes any number of entries at once, also under one key', async () => {
      const cache = await create();
      const entries = Array.from({ length: 40 }, (_, index) => entry(index % 20));
      await Promise.all(entries.map(({ key, value }) => cache.put(key, value)));
      for (const { key, value } of entries) expect(await cache.get(key)).toEqual(value);
    });

    it.each(['', '../../etc/passwd', 'A'.repeat(64)])('refuses %j as a key', async key => {
      const cache = await create();
      await expect(cache.get(key)).rejects.toMatchObject({ code: 'invalid_digest' });
      await expect(cache.put(key, entry(1).value)).rejects.toMatchObject({ code: 'invalid_digest' });
    });
  });
}
