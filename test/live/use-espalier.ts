import { afterAll, beforeAll } from 'vitest';
import { Espalier } from '../../src/client/espalier.js';
import type { Live } from './harness.js';

/** The client of a file of tests: connected before the first one, closed after the last. */
export function useEspalier(live: Live): () => Espalier {
  let espalier: Espalier;
  beforeAll(async () => {
    espalier = await Espalier.connect({ address: live.address, dataDir: live.dataDir, taskQueue: live.queue });
  });
  afterAll(() => espalier.close());
  return () => espalier;
}

/** What a promise rejects with. */
export async function thrownBy(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not throw');
}
