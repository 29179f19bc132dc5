import type { Access } from '../client/access.js';
import { openStorage, type Storage, type StorageOptions } from '../store/storage.js';
import { EspalierError } from '../value/espalier-error.js';

/** Where a runner saves its workflows. Workers must use the same: they read and write there. */
export interface RunnerStore {
  /** One that is open; it stays so when the runner is closed. Default: one of its own, closed with it. */
  readonly store?: Storage;
  /** Where one of its own lies. Default: where the client's does. */
  readonly storeOptions?: Partial<Pick<StorageOptions, 'blobs' | 'database'>>;
}

export interface OpenStore {
  readonly storage: Storage;
  /** Closes it if it is the runner's own. */
  readonly close: () => Promise<void>;
}

/** Throws `store_not_open` for one that was given and can't be used; what `openStorage` does. */
export async function openStore(
  { storageOptions }: Access,
  { store, storeOptions = {} }: RunnerStore,
): Promise<OpenStore> {
  if (!store) {
    const storage = await openStorage({ ...storageOptions, ...storeOptions });
    return { storage, close: storage.close };
  }
  try {
    await (await store.database()).ping();
    return { storage: store, close: async () => {} };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `the store that the runner was given is not open (${why}); open it before, and close it after`;
    throw new EspalierError('store_not_open', message, { cause });
  }
}
