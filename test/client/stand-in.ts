import { defaultDataConverter } from '@temporalio/common';
import type { Access } from '../../src/client/access.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import type { Storage } from '../../src/store/storage.js';

/** A storage without a database. */
export const onlyBlobs = (blobs: BlobStore): Storage => ({
  blobs,
  database: () => Promise.reject(new Error('there is none')),
  databaseIfThere: async () => undefined,
  close: async () => {},
});

/** An access with those parts of the client that reading a run uses. */
export const standInAccess = (client: object, callLimit = 10_000): Access => ({
  client: client as unknown as Access['client'],
  converter: defaultDataConverter,
  store: createMemoryStore(),
  storage: onlyBlobs(createMemoryStore()),
  storageOptions: { blobs: 'nowhere', database: 'nowhere', tenant: 'default' },
  keys: { of: async () => new Uint8Array(32) },
  address: 'nowhere:1',
  foundBy: 'a stand-in',
  namespace: 'default',
  taskQueue: 'none',
  callLimit,
  isSearchable: async () => true,
});
