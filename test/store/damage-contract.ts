import { describe, expect, it } from 'vitest';
import { CorruptBlobError, digestOf } from '../../src/store/blob-store.js';
import { inPieces, listOf, readAll, type TestedStore } from './contract.js';

export interface DamageableStore extends TestedStore {
  /** Changes what lies in the store behind its back. */
  readonly damage: (digest: string, change: (bytes: Buffer) => Buffer) => Promise<void>;
}

const SIZE = 300_000;
const flip = (at: number) => (bytes: Buffer) => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8((copy.at(at) ?? 0) ^ 1, at);
  return copy;
};
const cut = (size: number) => (bytes: Buffer) => bytes.subarray(0, size);

/** What every store does whose blobs can be damaged from outside. */
export function damageContract(name: string, create: () => Promise<DamageableStore>): void {
  const bytes = Buffer.alloc(SIZE, 'a value that matters');
  const digest = digestOf(bytes);
  const createDamaged = async (change: (bytes: Buffer) => Buffer) => {
    const tested = await create();
    await tested.store.put(digest, bytes);
    await tested.damage(digest, change);
    return tested.store;
  };

  describe(`${name} with a damaged blob`, () => {
    const damages: [string, (bytes: Buffer) => Buffer][] = [
      ['first byte is another', flip(0)],
      ['last byte is another', flip(SIZE - 1)],
      ['end is missing', cut(SIZE - 1)],
      ['bytes are all gone', cut(0)],
    ];

    it.each(damages)('never gives one whose %s, has none of it then, and is repaired by a put', async (_, change) => {
      const store = await createDamaged(change);
      const failure = await store.get(digest).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(CorruptBlobError);
      expect(failure).toMatchObject({ code: 'corrupt_blob', digest });
      expect(await store.has(digest)).toBe(false);
      expect(await listOf(store)).toEqual([]);
      await store.put(digest, bytes);
      expect(Buffer.compare((await store.get(digest)) ?? Buffer.from('nothing'), bytes)).toBe(0);
    });

    it.each(damages)('never gives all pieces of one whose %s, and is repaired by a stream', async (_, change) => {
      const store = await createDamaged(change);
      let read = 0;
      const all = async (): Promise<void> => {
        for await (const piece of (await store.read(digest))?.bytes ?? []) read += piece.length;
      };
      await expect(all()).rejects.toMatchObject({ code: 'corrupt_blob', digest });
      expect(read).toBeLessThan(SIZE - 1);
      expect(await store.has(digest)).toBe(false);
      await store.putStream(inPieces(bytes));
      expect(Buffer.compare(Buffer.concat(await readAll(store, digest)), bytes)).toBe(0);
    });

    it('gives no part of one that is damaged elsewhere', async () => {
      const store = await createDamaged(flip(SIZE - 1));
      await expect(readAll(store, digest, { start: 0, end: 10 })).rejects.toMatchObject({ code: 'corrupt_blob' });
    });

    it('is repaired by a put alone when it is torn, without anybody having read it', async () => {
      const store = await createDamaged(cut(3));
      await store.put(digest, bytes);
      expect(Buffer.compare((await store.get(digest)) ?? Buffer.from('nothing'), bytes)).toBe(0);
    });

    it('gives it to none of many readers', async () => {
      const store = await createDamaged(flip(7));
      const answers = await Promise.allSettled(Array.from({ length: 10 }, () => store.get(digest)));
      expect(answers.some(({ status }) => status === 'rejected')).toBe(true);
      expect(answers.flatMap(answer => (answer.status === 'fulfilled' && answer.value ? [answer.value] : []))).toEqual(
        [],
      );
    });
  });
}
