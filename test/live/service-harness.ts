import { afterAll, beforeAll } from 'vitest';
import { openService, type TestService, type TestServiceOptions } from '../service/service-harness.js';
import type { Live } from './harness.js';

export type { TestService } from '../service/service-harness.js';

/** A service over the Temporal server, the blobs and the task queue of these tests; whoever calls stops it. */
export const openLiveService = (live: Live, options: Partial<TestServiceOptions> = {}): Promise<TestService> =>
  openService({ address: live.address, dataDir: live.dataDir, taskQueue: live.queue, ...options });

/** The same for all tests of a file: started before the first one, stopped after the last. */
export function useService(live: Live, options: Partial<TestServiceOptions> = {}): () => TestService {
  let service: TestService;
  beforeAll(async () => {
    service = await openLiveService(live, options);
  });
  afterAll(() => service.stop());
  return () => service;
}
