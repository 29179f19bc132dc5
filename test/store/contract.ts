import { describe, expect, it } from 'vitest';
import { digestOf, type BlobStore } from '../../src/store/blob-store.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What every blob store does. `create` gives an empty one. */
export function blobStoreContract(name: string, create: () => Promise<BlobStore>): void {
  describe(`${name} as a blob store`, () => {
    it.each([0, 1, 10_000, 3_000_000])('gives back the %i bytes that were put', async size => {
      const store = await create();
      const bytes = new Uint8Array(size).map((_, index) => index % 251);
      await store.put(digestOf(bytes), bytes);
      expect(Buffer.compare((await store.get(digestOf(bytes))) ?? Buffer.from('nothing'), bytes)).toBe(0);
      expect(await store.has(digestOf(bytes))).toBe(true);
    });

    it.each([0, 1, 10_000, 3_000_000])('reads the %i bytes that were put in pieces, their size first', async size => {
      const store = await create();
      const bytes = new Uint8Array(size).map((_, index) => index % 251);
      await store.put(digestOf(bytes), bytes);
      const reading = await store.read(digestOf(bytes));
      const pieces: Uint8Array[] = [];
      for await (const piece of reading?.bytes ?? []) pieces.push(piece);
      expect(reading?.size).toBe(size);
      expect(Buffer.compare(Buffer.concat(pieces), bytes)).toBe(0);
      expect(Math.max(0, ...pieces.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    });

    it('has nothing under a digest that was not put', async () => {
      const store = await create();
      expect(await store.get(digestOf(bytesOf('never')))).toBeUndefined();
      expect(await store.read(digestOf(bytesOf('never')))).toBeUndefined();
      expect(await store.has(digestOf(bytesOf('never')))).toBe(false);
    });

    it('refuses bytes that have another digest, and keeps nothing of them', async () => {
      const store = await create();
      const digest = digestOf(bytesOf('promised'));
      await expect(store.put(digest, bytesOf('delivered'))).rejects.toMatchObject({ code: 'digest_mismatch' });
      expect(await store.has(digest)).toBe(false);
    });

    it.each(['', 'abc', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(64)}\n`])(
      'refuses %j as a digest',
      async digest => {
        const store = await create();
        const refusal = { code: 'invalid_digest' };
        await expect(store.put(digest, bytesOf(''))).rejects.toMatchObject(refusal);
        await expect(store.get(digest)).rejects.toMatchObject(refusal);
        await expect(store.read(digest)).rejects.toMatchObject(refusal);
        await expect(store.has(digest)).rejects.toMatchObject(refusal);
      },
    );

    it('takes the same blob any number of times, also at once', async () => {
      const store = await create();
      const bytes = bytesOf('again');
      await Promise.all(Array.from({ length: 20 }, () => store.put(digestOf(bytes), bytes)));
      await store.put(digestOf(bytes), bytes);
      expect(Buffer.from((await store.get(digestOf(bytes))) ?? []).toString()).toBe('again');
    });

    it('keeps its own copy: changing what was put or got changes nothing', async () => {
      const store = await create();
      const bytes = bytesOf('mine');
      const digest = digestOf(bytes);
      await store.put(digest, bytes);
      bytes.fill(0);
      (await store.get(digest))?.fill(0);
      for await (const piece of (await store.read(digest))?.bytes ?? []) piece.fill(0);
      expect(Buffer.from((await store.get(digest)) ?? []).toString()).toBe('mine');
    });
  });
}
