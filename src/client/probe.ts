/** Small questions about the server, for who wants to know soon whether it is there. */
import { tsToMs } from '@temporalio/common/lib/time.js';
// A CommonJS package whose names Node does not see: only its default export can be imported.
import proto, { type temporal } from '@temporalio/proto';
import type { Access } from './access.js';
import { call, grpcCode, NOT_FOUND } from './call.js';
import { unknownNamespace } from './unknown-namespace.js';

/** Workers that ask for work in a task queue. */
export interface Pollers {
  /** That run graphs. */
  readonly workflows: number;
  /** That execute steps. */
  readonly steps: number;
}

/** In milliseconds. */
const PROBE_LIMIT = 1500;
/** An idle worker asks once a minute; the server remembers it for five. Milliseconds. */
const POLLS_WITHIN = 120_000;
const { TaskQueueType } = proto.temporal.api.enums.v1;

/** Resolves when the server answers for our namespace. Throws `NotReachableError` or `unknown_namespace` within 1.5 s. */
export async function ping(access: Access): Promise<void> {
  const { client, namespace } = access;
  try {
    await probe(access, () => client.workflowService.describeNamespace({ namespace }));
  } catch (cause) {
    if (grpcCode(cause) !== NOT_FOUND) throw cause;
    throw unknownNamespace(namespace, access, cause);
  }
}

/** Who polls the task queue that runs get if they do not say. Throws as `ping`. */
export async function pollersOf(access: Access): Promise<Pollers> {
  const [workflows, steps] = await Promise.all([
    count(access, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
    count(access, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
  ]);
  return { workflows, steps };
}

async function count(access: Access, taskQueueType: temporal.api.enums.v1.TaskQueueType): Promise<number> {
  const { client, namespace, taskQueue } = access;
  const request = { namespace, taskQueue: { name: taskQueue }, taskQueueType };
  const { pollers } = await probe(access, () => client.workflowService.describeTaskQueue(request));
  return pollers.filter(poller => Date.now() - (tsToMs(poller.lastAccessTime) ?? 0) < POLLS_WITHIN).length;
}

const probe = <T>(access: Access, request: () => Promise<T>): Promise<T> =>
  call({ ...access, callLimit: PROBE_LIMIT }, request);
