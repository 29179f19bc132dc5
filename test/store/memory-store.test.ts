import { createMemoryStore } from '../../src/store/memory-store.js';
import { blobStoreContract } from './contract.js';

blobStoreContract('memory', async () => {
  let time: number | undefined;
  const store = createMemoryStore(() => time ?? Date.now());
  const putAt = async (digest: string, at: number): Promise<void> => {
    const bytes = (await store.get(digest)) ?? new Uint8Array();
    await store.delete(digest);
    time = at;
    await store.put(digest, bytes);
    time = undefined;
  };
  return { store, putAt };
});
