import { describe, expect, it } from 'vitest';
import type { CacheEntry, StepCache } from '../../src/store/step-cache.js';
import { digestOf } from '../../src/value/digest.js';

/** An entry that differs from all others; a later number is a later time. */
const entry = (number: number, more: Partial<CacheEntry> = {}): CacheEntry => ({
  key: digestOf(`key ${number}`),
  step: 'grind',
  code: 'version 1',
  options: {},
  inputs: { beans: digestOf(number) },
  outputs: { powder: { digest: digestOf(number), size: 2, inline: number } },
  run: 'r-1',
  at: 'grind',
  createdAt: 1_795_411_283_580 + number,
  ...more,
});

/** An empty cache, a second one on the same entries (of another process, where there can be one), and one of another tenant. */
export interface Caches {
  readonly cache: StepCache;
  readonly again: StepCache;
  readonly other: StepCache;
}

/** What every step cache does. */
export function stepCacheContract(name: string, create: () => Promise<Caches>): void {
  const keysOf = (entries: readonly CacheEntry[]): string[] => entries.map(({ key }) => key);
  const all = async (cache: StepCache): Promise<CacheEntry[]> => {
    const found: CacheEntry[] = [];
    for await (const each of cache.entries()) found.push(each);
    return found;
  };

  describe(`${name} as a step cache`, () => {
    it('gives back what was put, whatever is in it, to everybody who has it open', async () => {
      const { cache, again } = await create();
      const odd = entry(2, {
        step: "'; drop table graphs; --",
        at: 'a\0b[3]/\ud800',
        run: '😀',
        options: { 'dpi "x"': digestOf(300) },
        outputs: {
          text: { digest: digestOf(1), size: 5000, peek: { 'a.b': ['\0', '\ud800', 0.1] } },
          none: { size: 4 },
        },
        expiresAt: 1_795_411_283_999,
      });
      for (const each of [entry(1), odd]) await cache.put(each);
      expect(await again.get([...keysOf([entry(1), odd, entry(3)])])).toEqual(
        new Map([entry(1), odd].map(each => [each.key, each])),
      );
      expect(await cache.get([])).toEqual(new Map());
    });

    it('replaces what was there under a key, its time to live too', async () => {
      const { cache, again } = await create();
      await cache.put(entry(1, { expiresAt: 5 }));
      await again.put(entry(1, { run: 'r-2' }));
      expect([...(await cache.get([entry(1).key])).values()]).toEqual([entry(1, { run: 'r-2' })]);
    });

    it('finds the latest entries of a step, those of the address first', async () => {
      const { cache } = await create();
      const [old, elsewhere, recent] = [entry(1), entry(2, { at: 'hard/grind' }), entry(3)];
      for (const each of [recent, entry(9, { step: 'brew' }), old, elsewhere]) await cache.put(each);
      expect(keysOf(await cache.nearest('grind', 'grind'))).toEqual(keysOf([recent, old, elsewhere]));
      expect(keysOf(await cache.nearest('grind', 'hard/grind'))).toEqual(keysOf([elsewhere, recent, old]));
      expect(await cache.nearest('nobody', 'grind')).toEqual([]);
    });

    it('lists thousands, oldest first, and deletes them', async () => {
      const { cache } = await create();
      const many = Array.from({ length: 1001 }, (_, k) => entry(k, { createdAt: 1000 + Math.floor(k / 7) }));
      const rest = many.toReversed().values();
      const putSome = async (): Promise<void> => {
        for (const each of rest) await cache.put(each);
      };
      await Promise.all(Array.from({ length: 8 }, putSome));
      const listed = await all(cache);
      expect(listed.map(({ createdAt }) => createdAt)).toEqual(many.map(({ createdAt }) => createdAt));
      expect(new Set(keysOf(listed))).toEqual(new Set(keysOf(many)));
      expect((await cache.get(keysOf(many))).size).toBe(1001);
      await cache.delete(keysOf(many.slice(1)));
      expect(keysOf(await all(cache))).toEqual([entry(0).key]);
    });

    it('gives the right to compute a key to one, until it is released or runs out', async () => {
      const { cache, again } = await create();
      const { key } = entry(1);
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, k) => (k % 2 ? cache : again).claim(key, `h-${k}`, 60_000)),
      );
      expect(claims.filter(Boolean)).toHaveLength(1);
      const holder = `h-${claims.indexOf(true)}`;
      expect(await again.claim(key, holder, 60_000)).toBe(true);
      expect(await cache.claim(entry(2).key, 'another', 60_000)).toBe(true);
      await cache.release(key, 'another');
      expect(await cache.claim(key, 'another', 60_000)).toBe(false);
      await cache.release(key, holder);
      expect(await again.claim(key, 'another', 40)).toBe(true);
      await expect.poll(() => cache.claim(key, holder, 60_000), { interval: 10 }).toBe(true);
      expect(await again.claim(key, 'another', 40)).toBe(false);
    });

    it('shows a tenant nothing of another one', async () => {
      const { cache, other } = await create();
      await cache.put(entry(1));
      await other.put(entry(2));
      await other.put(entry(1, { run: 'theirs' }));
      expect(keysOf(await all(cache))).toEqual([entry(1).key]);
      expect((await cache.get([entry(1).key])).get(entry(1).key)?.run).toBe('r-1');
      expect((await cache.get([entry(2).key])).size).toBe(0);
      expect(keysOf(await cache.nearest('grind', 'grind'))).toEqual([entry(1).key]);
      await cache.claim(entry(1).key, 'mine', 60_000);
      expect(await other.claim(entry(1).key, 'mine', 60_000)).toBe(true);
      await cache.release(entry(1).key, 'mine');
      expect(await other.claim(entry(1).key, 'theirs', 60_000)).toBe(false);
      await cache.delete(keysOf([entry(1), entry(2)]));
      expect(await all(other)).toHaveLength(2);
    });
  });
}
