// A CommonJS package whose names Node does not see: only its default export can be imported.
import proto, { type temporal } from '@temporalio/proto';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { activityId } from '../document/address.js';
import type { Failure } from '../engine/failure.js';
import type { Progress } from '../protocol/activity.js';
import { traceOfFailed } from '../protocol/activity-failure.js';
import type { LiveNode, NodeView, RunView } from '../run/run.js';
import type { Access } from './access.js';
import { describeRun } from './describe-run.js';
import type { PayloadReader } from './payloads.js';

export type PendingInfo = temporal.api.workflow.v1.IPendingActivityInfo;
const { PendingActivityState } = proto.temporal.api.enums.v1;

/** What the history does not show of an activity until it closes. */
export interface Pending {
  readonly live: LiveNode;
  /** Attempts that have started. */
  readonly attempts: number;
  /** How the latest attempt that has ended failed. */
  readonly failure?: Failure;
  /** `traceparent` of its span, if it had one. */
  readonly failedIn?: string;
  readonly startedAt?: number;
}

/** Activities of the run that are queued, running or waiting for their next attempt, by activity id. */
export async function pendingActivities(
  access: Access,
  runId: string,
  read: PayloadReader,
): Promise<ReadonlyMap<string, Pending>> {
  const { pendingActivities: infos } = await describeRun(access, runId);
  return pendingOf(infos, read);
}

/** As the service describes them, by activity id. */
export async function pendingOf(
  infos: readonly PendingInfo[],
  read: PayloadReader,
): Promise<ReadonlyMap<string, Pending>> {
  const entries = infos.map(async info => [info.activityId ?? '', await pendingActivity(info, read)] as const);
  return new Map(await Promise.all(entries));
}

/** The view with what is known of nodes in flight right now. */
export function withPending(view: RunView, pending: ReadonlyMap<string, Pending>): RunView {
  if (pending.size === 0) return view;
  return { ...view, nodes: view.nodes.map(node => withLive(node, pending)) };
}

/** The pending activity of a node that is running, if there is one. */
export function pendingNode(node: NodeView, pending: ReadonlyMap<string, Pending>): Pending | undefined {
  return node.state === 'running' ? pending.get(activityId(node.at, node.generation)) : undefined;
}

function withLive(node: NodeView, pending: ReadonlyMap<string, Pending>): NodeView {
  const found = pendingNode(node, pending);
  if (!found) return node;
  const { attempts, live, startedAt } = found;
  return { ...node, attempts, live, ...(startedAt !== undefined && { startedAt }) };
}

async function pendingActivity(info: PendingInfo, read: PayloadReader): Promise<Pending> {
  const attempt = info.attempt ?? 1;
  const waits = info.state === PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED;
  const progress = info.heartbeatDetails ? await read.first<Progress | undefined>(info.heartbeatDetails) : undefined;
  const { lastFailure, lastWorkerIdentity: worker } = info;
  const failedIn = lastFailure && traceOfFailed(await read.failure(lastFailure));
  return {
    attempts: waits ? attempt - 1 : attempt,
    ...(info.lastStartedTime && { startedAt: tsToMs(info.lastStartedTime) }),
    live: {
      state: liveState(info),
      ...(lastFailure?.message && { lastFailure: lastFailure.message }),
      ...(progress && { progress }),
      ...(worker && { worker }),
    },
    ...(lastFailure && { failure: failureOf(lastFailure) }),
    ...(failedIn && { failedIn }),
  };
}

function failureOf({ applicationFailureInfo, message, cause }: temporal.api.failure.v1.IFailure): Failure {
  return { code: applicationFailureInfo?.type ?? 'attempt_failed', message: message ?? cause?.message ?? '' };
}

function liveState(info: PendingInfo): LiveNode['state'] {
  switch (info.state) {
    case PendingActivityState.PENDING_ACTIVITY_STATE_STARTED:
      return 'running';
    case PendingActivityState.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED:
      return 'cancelling';
    default:
      return info.nextAttemptScheduleTime && tsToMs(info.nextAttemptScheduleTime) > Date.now()
        ? 'backing-off'
        : 'queued';
  }
}
