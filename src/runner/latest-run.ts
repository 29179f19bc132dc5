import proto from '@temporalio/proto';
import { isNotFound } from '../client/archived.js';
import { describeRun } from '../client/describe-run.js';
import { startMemoOf } from '../client/start-memo.js';
import type { House } from './house.js';
import { runIdOf } from './names.js';

const { WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } = proto.temporal.api.enums.v1.WorkflowExecutionStatus;

/** The last run of a workflow's id, as the server knows it now. */
export interface LatestRun {
  readonly isRunning: boolean;
  /** The digest of what it was started with; undefined where the server knows nothing of it (any more). */
  readonly start?: string | undefined;
}

export async function latestRun({ access, name }: House, id: string): Promise<LatestRun> {
  try {
    const { workflowExecutionInfo: info } = await describeRun(access, runIdOf(name, id));
    if (!info) return { isRunning: false };
    if (info.status === RUNNING) return { isRunning: true };
    return { isRunning: false, start: (await startMemoOf(access, info))?.start };
  } catch (error) {
    if (isNotFound(error)) return { isRunning: false };
    throw error;
  }
}
