import { createMemoryStepCache } from '../../src/store/memory-step-cache.js';
import { stepCacheContract } from './step-cache-contract.js';

stepCacheContract('memory', async () => {
  const cache = createMemoryStepCache();
  return { cache, again: cache, other: createMemoryStepCache() };
});
