/** One run of either side, under an id, to its result. */
import type { Workflow } from '@temporalio/common';
import type { AnyGraph } from '../src/graph/contract.js';
import { compile } from '../src/plan/compile.js';
import type { JsonObject } from '../src/value/json.js';
import { QUEUES, type Rig } from './rig.js';

export type OneRun = (rig: Rig, id: string) => Promise<unknown>;

/** Both sides lose a workflow task after the same time, in milliseconds. */
const TASK_TIMEOUT = 5000;

export function byHand<W extends Workflow>(type: string, args: Parameters<W>): OneRun {
  const options = { taskQueue: QUEUES.hand, workflowTaskTimeout: TASK_TIMEOUT, args: args as unknown[] };
  return ({ client }, workflowId) => client.workflow.execute(type, { ...options, workflowId });
}

export function asGraph(graph: AnyGraph, input: JsonObject): OneRun {
  const plan = compile(graph.document);
  return async ({ espalier }, id) => (await espalier.start(plan, { id, input })).result();
}
