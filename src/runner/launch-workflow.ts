/** Starts of a workflow's run: anew, and from where it was saved. Of any number at once one comes to it. */
import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { launch, memoOf } from '../client/start.js';
import { fedPlan } from '../plan/fed.js';
import type { Plan } from '../plan/plan.js';
import { ENGINE_VERSION, type Carried, type WorkflowName } from '../protocol/start.js';
import { sendInterventions } from '../step/send-interventions.js';
import type { House } from './house.js';
import { runIdOf } from './names.js';
import { applyPolicies } from './policies.js';
import { workflowOptionsOf, type WorkflowOptions } from './workflow-options.js';
import { argumentOf, putStart, type WorkflowStart } from './workflow-start.js';

/** What a workflow was started with, and its digest. */
export type Started = readonly [digest: string, start: WorkflowStart];

/** Starts it anew; undefined if it runs already. What was saved of an earlier one under its id is gone then. */
export async function beginWorkflow(
  house: House,
  id: string,
  plan: Plan,
  options: WorkflowOptions,
): Promise<Started | undefined> {
  const { blobs, workflows, name: runner } = house;
  const start = await startOf(house, plan, options);
  const name = { runner, id, start: await putStart(start, blobs) };
  await workflows.begin({ ...name, startedAt: Date.now() });
  if (!(await launchWorkflow(house, name, start))) {
    await workflows.forget(name);
    return undefined;
  }
  await workflows.replace(name);
  return [name.start, start];
}

/** False if it runs already. */
export async function launchWorkflow(
  { access }: House,
  workflow: WorkflowName,
  start: WorkflowStart,
  carried?: Carried,
): Promise<boolean> {
  const argument = argumentOf(start, workflow, await access.isSearchable(), carried);
  const { plan, options, taskQueue } = start;
  const runId = runIdOf(workflow.runner, workflow.id);
  try {
    const memo = { ...memoOf(plan, {}, options), start: workflow.start };
    await launch(access, { runId, argument, memo, taskQueue });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

async function startOf({ access, blobs }: House, given: Plan, options: WorkflowOptions): Promise<WorkflowStart> {
  const { many = [], interventions = [], policies = [] } = options;
  const { taskQueue = access.taskQueue, linkLimits = access.linkLimits } = options;
  const runOptions = workflowOptionsOf(options, given);
  const plan = applyPolicies(given, policies);
  const sent = await sendInterventions(fedPlan(plan), interventions, blobs);
  return {
    key: randomUUID(),
    engineVersion: ENGINE_VERSION,
    plan,
    options: runOptions,
    ...(sent.length > 0 && { interventions: sent }),
    many: [...new Set(many)],
    taskQueue,
    ...(linkLimits && { linkLimits }),
  };
}
