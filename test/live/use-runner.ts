/** A runner for the tests of a file; each run of its workflows is replayed afterwards, and held against its fold. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Espalier } from '../../src/client/espalier.js';
import type { Runner } from '../../src/runner/runner.js';
import { checkFold } from './fold-check.js';
import type { Live } from './harness.js';

export interface UsedRunner {
  readonly runner: Runner;
  /** An id for a workflow, which is stopped after the test. */
  fresh(): string;
  /** Resolves when every input has ended, of which there are at least `inputs`. */
  idle(id: string, inputs?: number): Promise<void>;
}

export function useRunner(live: Live, espalier: () => Espalier): UsedRunner {
  const ids: string[] = [];
  let runner: Runner;
  beforeAll(async () => {
    runner = await espalier().runner({ name: 'shop' });
  });
  afterEach(async () => {
    for (const id of ids) await (await runner.lookup(id))?.stop({ persist: false });
  });
  afterAll(async () => {
    for (const id of ids) await checkFold(live, `shop/${id}`);
    await runner.close();
  });
  return {
    get runner() {
      return runner;
    },
    fresh() {
      const id = `o-${randomUUID().slice(0, 8)}`;
      ids.push(id);
      return id;
    },
    async idle(id, inputs = 1) {
      const isIdle = async (): Promise<boolean> => {
        const { accepted, ended } = await runner.getWorkflow(id);
        return accepted >= inputs && accepted === ended;
      };
      await expect.poll(isIdle).toBe(true);
    },
  };
}
