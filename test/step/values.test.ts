import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { step } from '../../src/graph/step.js';
import { BorderError } from '../../src/step/border-error.js';
import { impl } from '../../src/step/impl.js';
import { loadValues } from '../../src/step/load-values.js';
import { makeValues } from '../../src/step/make-values.js';
import { toFailure } from '../../src/step/to-failure.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import { CorruptBlobError } from '../../src/store/blob-store.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { digestOf } from '../../src/value/digest.js';
import { literal } from '../../src/value/leaf.js';
import type { Json } from '../../src/value/json.js';
import { INLINE_LIMIT, type Leaf } from '../../src/value/value.js';
import { run, stored } from './border-setup.js';

/** Text whose JSON has this many bytes. */
const textOf = (bytes: number): string => 'x'.repeat(bytes - 2);
const make = async (json: Json, store: BlobStore = createMemoryStore(), peeks: readonly string[] = []): Promise<Leaf> =>
  (await makeValues({ value: json }, store, { value: peeks }))['value'] as Leaf;
const countingStore = () => {
  const store = createMemoryStore();
  const seen = { gets: 0, puts: 0, open: 0, most: 0 };
  const counting: BlobStore = {
    ...store,
    async get(digest) {
      seen.gets += 1;
      seen.open += 1;
      seen.most = Math.max(seen.most, seen.open);
      await new Promise(resolve => setImmediate(resolve));
      seen.open -= 1;
      return store.get(digest);
    },
    async put(digest, bytes) {
      seen.puts += 1;
      await store.put(digest, bytes);
    },
  };
  return { store: counting, seen };
};

describe('a value that is made', () => {
  it('is inline up to the limit, with size and digest, and in the store beyond', async () => {
    const { store, seen } = countingStore();
    const small = await make(textOf(INLINE_LIMIT), store);
    expect(small).toEqual({ inline: textOf(INLINE_LIMIT), size: INLINE_LIMIT, digest: digestOf(textOf(INLINE_LIMIT)) });
    expect(seen.puts).toBe(0);
    const large = await make(textOf(INLINE_LIMIT + 1), store);
    expect(large).toEqual({ size: INLINE_LIMIT + 1, digest: digestOf(textOf(INLINE_LIMIT + 1)) });
    expect(await store.has(large.digest ?? '')).toBe(true);
  });

  it('counts bytes, not characters, and equal values have equal digests', async () => {
    expect(await make('ä'.repeat(INLINE_LIMIT / 2))).not.toHaveProperty('inline');
    expect((await make({ b: 1, a: [2] })).digest).toBe((await make({ a: [2], b: 1 })).digest);
    expect(await make('\ud800')).toMatchObject({ digest: digestOf('\ud800'), inline: '\ud800' });
  });

  it('by ref carries the peeks that were asked for and are small', async () => {
    const json = { title: 'a', pages: Array.from({ length: 2000 }, (_, n) => n), text: textOf(2000) };
    const { peek } = await make(json, undefined, ['/title', '/pages#len', '/pages/3', '/nope', '/nope#has', '/text']);
    expect(peek).toEqual({ '/title': 'a', '/pages#len': 2000, '/pages/3': 3, '/nope#has': false });
    expect(await make({ title: 'a' }, undefined, ['/title'])).not.toHaveProperty('peek');
  });

  it('of a step has the peeks of its port', async () => {
    const big = step({ id: 'big', in: {}, out: { doc: z.object({ ok: z.boolean(), text: z.string() }) } });
    const body = impl(big, () => ({ doc: { ok: true, text: textOf(5000) } }));
    const { doc } = await run(body, {}, { peeks: { doc: ['/ok'] } });
    expect(doc?.peek).toEqual({ '/ok': true });
  });
});

describe('values that are loaded', () => {
  it('come from inline, from the store, from lists of both, and from flats', async () => {
    const store = createMemoryStore();
    const long = textOf(5000);
    const ref = await stored(long, store);
    const values = {
      inline: literal({ a: 1 }),
      ref,
      list: { list: [literal(1), ref, { list: [] }] },
      flat: { flat: { list: [literal([1, 2]), { list: [ref] }] } },
    };
    expect(await loadValues(values, store)).toEqual({
      inline: { a: 1 },
      ref: long,
      list: [1, long, []],
      flat: [1, 2, long],
    });
  });

  it('are fetched once per digest, and not all at the same time', async () => {
    const { store, seen } = countingStore();
    const refs = await Promise.all(Array.from({ length: 100 }, (_, n) => stored(`${n}${textOf(5000)}`, store)));
    const loaded = await loadValues({ a: { list: refs }, b: { list: refs } }, store);
    expect(loaded['a']).toHaveLength(100);
    expect(seen.gets).toBe(100);
    expect(seen.most).toBeLessThanOrEqual(16);
    expect(seen.most).toBeGreaterThan(1);
  });

  it('belong to who loads them: changing one changes no other', async () => {
    const store = createMemoryStore();
    const inline = literal([1]);
    const ref = await stored([textOf(5000)], store);
    const loaded = (await loadValues({ a: inline, b: ref, c: ref }, store)) as Record<string, Json[]>;
    for (const list of Object.values(loaded)) list.push('more');
    expect(inline.inline).toEqual([1]);
    expect(loaded['c']).toHaveLength(2);
    expect(await loadValues({ b: ref }, store)).toEqual({ b: [textOf(5000)] });
  });

  it('that nest as deep as a graph is long are put together', async () => {
    let value = { list: [] as unknown[] };
    for (let level = 0; level < 20_000; level += 1) value = { list: [value] };
    let json = (await loadValues({ a: value as never }, createMemoryStore()))['a'];
    let levels = 0;
    for (; Array.isArray(json) && json.length > 0; json = json[0] as Json) levels += 1;
    expect(levels).toBe(20_000);
  });

  it('IV-09: that are not in the store, damaged there, or no JSON, fail as `hydration_failed`, not retried', async () => {
    const ref: Leaf = { digest: 'a'.repeat(64), size: 5000 };
    const damaged = { ...createMemoryStore(), get: () => Promise.reject(new CorruptBlobError(ref.digest ?? '', 'x')) };
    const odd = { ...createMemoryStore(), get: () => Promise.resolve(Buffer.from('{')) };
    for (const store of [createMemoryStore(), damaged, odd]) {
      const error: unknown = await loadValues({ a: { list: [ref] } }, store).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(BorderError);
      expect(toFailure(error)).toMatchObject({
        failure: { code: 'hydration_failed', details: { store: 'blobs', key: ref.digest } },
        retryable: false,
      });
    }
  });

  it('whose store has a bad day fail with its error, retried', async () => {
    const busy = {
      ...createMemoryStore(),
      get: () => Promise.reject(Object.assign(new Error('busy'), { code: 'EMFILE' })),
    };
    const error: unknown = await loadValues({ a: { digest: 'a'.repeat(64), size: 5000 } }, busy).catch(
      (thrown: unknown) => thrown,
    );
    expect(toFailure(error)).toMatchObject({ failure: { code: 'EMFILE' }, retryable: true });
  });

  it('of a flat that are no lists are refused, naming the port', async () => {
    await expect(loadValues({ pages: { flat: literal([1]) } }, createMemoryStore())).rejects.toThrow(
      '"pages": g.flat expected a list of lists, got [1]',
    );
  });
});
