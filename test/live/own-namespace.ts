/** A namespace for one file of tests: runs of others are not in it. */
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import type { ConnectOptions } from '../../src/client/connect.js';
import { Espalier } from '../../src/client/espalier.js';
import type { Live } from './harness.js';

const NOT_FOUND = 5;

export interface OwnNamespace {
  readonly name: string;
  /** A client of it, which has read nothing yet; closed after the test. */
  connect(options?: ConnectOptions): Promise<Espalier>;
  /** Has Temporal forget links of a run, oldest first, or all of them, as its retention would. */
  forget(runId: string, count?: number): Promise<void>;
}

export async function openNamespace(live: Live): Promise<OwnNamespace> {
  const name = `own-${randomUUID()}`;
  const { workflowService } = live.client;
  const workflowExecutionRetentionPeriod = { seconds: 86_400 as never };
  await workflowService.registerNamespace({ namespace: name, workflowExecutionRetentionPeriod });
  return {
    name,
    async connect(more = {}) {
      const { address, dataDir, queue: taskQueue } = live;
      const espalier = await Espalier.connect({ address, dataDir, taskQueue, namespace: name, ...more });
      onTestFinished(() => espalier.close());
      return espalier;
    },
    async forget(workflowId, count) {
      const query = `WorkflowId = '${workflowId}'`;
      const { executions } = await workflowService.listWorkflowExecutions({ namespace: name, query });
      const timeOf = (at: (typeof executions)[number]): number =>
        Number(at.startTime?.seconds) + Number(at.startTime?.nanos) / 1e9;
      const oldest = executions.toSorted((a, b) => timeOf(a) - timeOf(b)).slice(0, count);
      expect(oldest.length).toBeGreaterThan(0);
      // Asked again: a server that is still busy with the end of an execution forgets what it was asked.
      const forgotten = async (workflowExecution: object | null): Promise<boolean> => {
        const failed = (error: { readonly code?: number }): boolean => error.code === NOT_FOUND;
        return workflowService
          .deleteWorkflowExecution({ namespace: name, workflowExecution })
          .then(() => false, failed);
      };
      await Promise.all(
        oldest.map(({ execution }) => expect.poll(() => forgotten(execution ?? null), { interval: 500 }).toBe(true)),
      );
      const left = async () => (await workflowService.listWorkflowExecutions({ namespace: name, query })).executions;
      await expect.poll(async () => (await left()).length).toBe(executions.length - oldest.length);
    },
  };
}
