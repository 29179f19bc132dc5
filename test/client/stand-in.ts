import { defaultDataConverter } from '@temporalio/common';
import type { Access } from '../../src/client/access.js';
import { createMemoryStore } from '../../src/store/memory-store.js';

/** An access with those parts of the client that reading a run uses. */
export const standInAccess = (client: object, callLimit = 10_000): Access => ({
  client: client as unknown as Access['client'],
  converter: defaultDataConverter,
  store: createMemoryStore(),
  address: 'nowhere:1',
  foundBy: 'a stand-in',
  namespace: 'default',
  taskQueue: 'none',
  callLimit,
  isSearchable: async () => true,
});
