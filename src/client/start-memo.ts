import { START_MEMO } from '../protocol/names.js';
import type { StartMemo } from '../protocol/start.js';
import type { Access } from './access.js';
import type { ExecutionInfo } from './executions.js';
import { createPayloadReader } from './payloads.js';

/** What a run was started with, as its executions carry it; undefined for a workflow that is somebody else's. */
export async function startMemoOf(access: Access, info: ExecutionInfo): Promise<Partial<StartMemo> | undefined> {
  const memo = info.memo?.fields?.[START_MEMO];
  if (!memo) return undefined;
  return createPayloadReader(access, info.execution?.workflowId ?? '').first({ payloads: [memo] });
}
