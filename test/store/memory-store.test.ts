import { createMemoryStore } from '../../src/store/memory-store.js';
import { blobStoreContract } from './contract.js';

blobStoreContract('memory', async () => createMemoryStore());
