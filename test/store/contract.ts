import { describe, expect, it } from 'vitest';
import { digestOf, RENEW_MS, type BlobStore, type ByteRange, type ListedBlob } from '../../src/store/blob-store.js';

export interface TestedStore {
  /** Empty. */
  readonly store: BlobStore;
  /** Makes a blob look as if it had been put at that time, in milliseconds since the epoch. */
  readonly putAt: (digest: string, time: number) => Promise<void>;
}

export const HOUR = 3_600_000;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const pattern = (size: number): Uint8Array => new Uint8Array(size).map((_, index) => index % 251);

/** The bytes in pieces, one of them empty. */
export async function* inPieces(bytes: Uint8Array, size = 70_000): AsyncGenerator<Uint8Array> {
  yield new Uint8Array();
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function readAll(store: BlobStore, digest: string, range?: ByteRange): Promise<readonly Uint8Array[]> {
  const reading = await store.read(digest, range);
  return reading ? allOf(reading.bytes) : [];
}

export const listOf = (store: BlobStore): Promise<readonly ListedBlob[]> => allOf(store.list());

async function allOf<T>(source: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** What every blob store does. */
export function blobStoreContract(name: string, create: () => Promise<TestedStore>): void {
  const createStore = async (): Promise<BlobStore> => (await create()).store;

  describe(`${name} as a blob store`, () => {
    it.each([0, 1, 10_000, 3_000_000])('gives back the %i bytes that were put', async size => {
      const store = await createStore();
      const bytes = pattern(size);
      await store.put(digestOf(bytes), bytes);
      expect(Buffer.compare((await store.get(digestOf(bytes))) ?? Buffer.from('nothing'), bytes)).toBe(0);
      expect(await store.has(digestOf(bytes))).toBe(true);
    });

    it.each([0, 1, 10_000, 3_000_000])('reads the %i bytes that were put in pieces, their size first', async size => {
      const store = await createStore();
      const bytes = pattern(size);
      await store.put(digestOf(bytes), bytes);
      const reading = await store.read(digestOf(bytes));
      const pieces: Uint8Array[] = [];
      for await (const piece of reading?.bytes ?? []) pieces.push(piece);
      expect(reading?.size).toBe(size);
      expect(Buffer.compare(Buffer.concat(pieces), bytes)).toBe(0);
      expect(Math.max(0, ...pieces.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    });

    it.each([0, 1, 200_000, 11_000_000])('keeps a stream of %i bytes under the digest it has', async size => {
      const store = await createStore();
      const bytes = pattern(size);
      const expected = { digest: digestOf(bytes), size };
      expect(await store.putStream(inPieces(bytes))).toEqual(expected);
      expect(await store.putStream(inPieces(bytes))).toEqual(expected);
      expect(Buffer.compare((await store.get(expected.digest)) ?? Buffer.from('nothing'), bytes)).toBe(0);
      expect(await listOf(store)).toMatchObject([expected]);
    });

    it.each([1, 11_000_000])(
      'keeps nothing of a stream that throws after %i bytes, and throws the same',
      async size => {
        const store = await createStore();
        const thrown = Object.assign(new Error('no more'), { code: 'ENOSPC' });
        const broken = async function* () {
          yield* inPieces(pattern(size));
          throw thrown;
        };
        expect(await store.putStream(broken()).catch((error: unknown) => error)).toBe(thrown);
        expect(await listOf(store)).toEqual([]);
        expect(await store.has(digestOf(pattern(size)))).toBe(false);
      },
    );

    it.each<[number, number | undefined]>([
      [0, undefined],
      [0, 0],
      [0, 1],
      [65_535, 65_537],
      [150_000, undefined],
      [199_999, 200_000],
      [199_999, 900_000],
      [200_000, undefined],
      [900_000, 900_001],
    ])('reads bytes %i up to %s, and says the size of the whole', async (start, end) => {
      const store = await createStore();
      const bytes = pattern(200_000);
      await store.put(digestOf(bytes), bytes);
      const range = { start, ...(end !== undefined && { end }) };
      expect((await store.read(digestOf(bytes), range))?.size).toBe(200_000);
      const part = Buffer.concat(await readAll(store, digestOf(bytes), range));
      expect(Buffer.compare(part, bytes.subarray(start, end))).toBe(0);
    });

    it.each([{ start: -1 }, { start: 0.5 }, { start: 2, end: 1 }, { start: NaN }, { start: 0, end: Infinity }])(
      'refuses %j as a range',
      async range => {
        const store = await createStore();
        await store.put(digestOf(bytesOf('x')), bytesOf('x'));
        await expect(store.read(digestOf(bytesOf('x')), range)).rejects.toMatchObject({ code: 'invalid_range' });
      },
    );

    it('has nothing under a digest that was not put', async () => {
      const store = await createStore();
      const digest = digestOf(bytesOf('never'));
      expect(await store.get(digest)).toBeUndefined();
      expect(await store.read(digest)).toBeUndefined();
      expect(await store.has(digest)).toBe(false);
      expect(await store.delete(digest)).toBe(false);
      expect(await listOf(store)).toEqual([]);
    });

    it('refuses bytes that have another digest, and keeps nothing of them', async () => {
      const store = await createStore();
      const digest = digestOf(bytesOf('promised'));
      await expect(store.put(digest, bytesOf('delivered'))).rejects.toMatchObject({ code: 'digest_mismatch' });
      expect(await listOf(store)).toEqual([]);
    });

    it.each(['', 'abc', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(64)}\n`])(
      'refuses %j as a digest',
      async digest => {
        const store = await createStore();
        const refusal = { code: 'invalid_digest' };
        await expect(store.put(digest, bytesOf(''))).rejects.toMatchObject(refusal);
        await expect(store.get(digest)).rejects.toMatchObject(refusal);
        await expect(store.read(digest)).rejects.toMatchObject(refusal);
        await expect(store.has(digest)).rejects.toMatchObject(refusal);
        await expect(store.delete(digest)).rejects.toMatchObject(refusal);
      },
    );

    it('takes the same blob any number of times, also at once', async () => {
      const store = await createStore();
      const bytes = bytesOf('again');
      const puts = Array.from({ length: 20 }, (_, index) =>
        index % 2 ? store.put(digestOf(bytes), bytes) : store.putStream(inPieces(bytes)),
      );
      await Promise.all(puts);
      await store.put(digestOf(bytes), bytes);
      expect(Buffer.from((await store.get(digestOf(bytes))) ?? []).toString()).toBe('again');
      expect(await listOf(store)).toHaveLength(1);
    });

    it('keeps its own copy: changing what was put or got changes nothing', async () => {
      const store = await createStore();
      const bytes = bytesOf('mine');
      const digest = digestOf(bytes);
      await store.put(digest, bytes);
      bytes.fill(0);
      (await store.get(digest))?.fill(0);
      for await (const piece of (await store.read(digest))?.bytes ?? []) piece.fill(0);
      expect(Buffer.from((await store.get(digest)) ?? []).toString()).toBe('mine');
    });

    it('deletes a blob, which can be put again', async () => {
      const store = await createStore();
      const [kept, gone] = [bytesOf('kept'), bytesOf('gone')];
      await store.put(digestOf(kept), kept);
      await store.put(digestOf(gone), gone);
      expect(await store.delete(digestOf(gone))).toBe(true);
      expect(await store.get(digestOf(gone))).toBeUndefined();
      expect(await listOf(store)).toMatchObject([{ digest: digestOf(kept), size: 4 }]);
      await store.put(digestOf(gone), gone);
      expect(await store.has(digestOf(gone))).toBe(true);
    });

    it('says when a blob was put, and deletes it unless it was put since', async () => {
      const { store, putAt } = await create();
      const digest = digestOf(bytesOf('old'));
      await store.put(digest, bytesOf('old'));
      const [now] = await listOf(store);
      expect(Math.abs(Date.now() - (now?.usedAt ?? 0))).toBeLessThan(RENEW_MS);
      const time = Math.floor((Date.now() - 2 * HOUR) / 1000) * 1000;
      await putAt(digest, time);
      expect(await listOf(store)).toEqual([{ digest, size: 3, usedAt: time }]);
      expect(await store.delete(digest, time - 1000)).toBe(false);
      expect(await store.delete(digest, time + 1000)).toBe(true);
    });

    it('keeps what was put again from being collected, however it was put', async () => {
      const { store, putAt } = await create();
      const [bytes, fresh] = [bytesOf('used again'), Date.now() - RENEW_MS / 2];
      const digest = digestOf(bytes);
      for (const put of [() => store.put(digest, bytes), () => store.putStream(inPieces(bytes))]) {
        await put();
        await putAt(digest, Date.now() - 2 * HOUR);
        await put();
        expect(await store.delete(digest, Date.now() - HOUR)).toBe(false);
        expect((await listOf(store))[0]?.usedAt).toBeGreaterThan(fresh);
        expect(Buffer.from((await store.get(digest)) ?? [])).toEqual(Buffer.from(bytes));
      }
    });
  });
}
