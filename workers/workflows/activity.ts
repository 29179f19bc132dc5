import { ActivityCancellationType, workflowInfo, type ActivityOptions } from '@temporalio/workflow';
import { activityId } from '../../src/document/address.js';
import type { Execute, Gather, Merge, Resolve } from '../../src/engine/command.js';
import type { Plan, PlanPolicy, PlanRetry, PlanStep } from '../../src/plan/plan.js';
import type { GatherCall, MergeCall, ResolveCall, StepCall } from '../../src/protocol/activity.js';
import { GATHER_LIMITS, SUPPLY_LIMITS, type ActivityLimits } from '../../src/protocol/activity-failure.js';
import { GATHER, MERGE, RESOLVE } from '../../src/protocol/names.js';
import type { JsonObject } from '../../src/value/json.js';

/** What to schedule, ready for the SDK. */
export interface Activity {
  readonly type: string;
  readonly call: StepCall | GatherCall | ResolveCall | MergeCall;
  readonly options: ActivityOptions;
  /** What its failures are explained with. */
  readonly policy: ActivityLimits;
}

/** Only where Temporal's own policy cannot say it does the activity ask for its next delay. */
const ASKS_FOR_DELAY: ReadonlySet<PlanRetry['backoff']> = new Set(['linear', 'jitter']);
/** Of what is no step. */
const OWN_RETRY: PlanRetry = { attempts: 5, backoff: 'exponential', initial: 200, max: 10_000, except: [] };

/** What a run adds to the execution of a step: its baggage, and a note for people. */
export interface StepExtras {
  readonly baggage?: JsonObject;
  readonly note?: string;
}

/** The activity of a step: its type is the step's id, its id the node's address. */
export function stepActivity(plan: Plan, command: Execute, { baggage, note }: StepExtras = {}): Activity {
  const { address, generation, body, node: index } = command;
  const node = plan.bodies[body]?.nodes[index];
  if (node?.kind !== 'step') throw new Error(`nothing to execute at ${address}: node ${index} of body ${body}`);
  const contract = plan.contracts[node.contract];
  const policy = plan.policies[node.policy];
  if (!contract || !policy) throw new Error(`no contract ${node.contract} or policy ${node.policy} for ${address}`);
  const queue = node.cluster === undefined ? undefined : plan.clusters[node.cluster]?.queue;
  return {
    type: contract.step,
    call: { ...stepCall(command, node, contract.digest, policy), ...(baggage && { baggage }) },
    options: {
      ...policyOptions(policy, policy.retry),
      activityId: activityId(address, generation),
      summary: [address, contract.title, note].filter(Boolean).join(' · '),
      ...(queue !== undefined && { taskQueue: queue }),
    },
    policy,
  };
}

/** Stores a value under a ref of its own. Not a step. */
export function gatherActivity({ address, value }: Gather): Activity {
  return ownActivity(GATHER, address, { value }, GATHER_LIMITS);
}

/** Calls a resolver. Not a step. */
export function resolveActivity({ address: at, name, args, schema }: Resolve): Activity {
  const run = workflowInfo().firstExecutionRunId;
  return ownActivity(RESOLVE, at, { at, run, name, args, schema }, SUPPLY_LIMITS);
}

/** Calls an operate's merge. Not a step. */
export function mergeActivity({ address: at, operate, inner, data, schema }: Merge): Activity {
  const run = workflowInfo().firstExecutionRunId;
  return ownActivity(MERGE, at, { at, run, operate, inner, data, schema }, SUPPLY_LIMITS);
}

function ownActivity(type: string, address: string, call: Activity['call'], policy: ActivityLimits): Activity {
  const options = { ...policyOptions(policy, OWN_RETRY), activityId: activityId(address, 1), summary: address };
  return { type, call, options, policy };
}

function stepCall(command: Execute, node: PlanStep, contract: string, policy: PlanPolicy): StepCall {
  return {
    at: command.address,
    contract,
    generation: command.generation,
    run: workflowInfo().firstExecutionRunId,
    in: command.inputs,
    ...(node.options && { options: node.options }),
    ...(ASKS_FOR_DELAY.has(policy.retry.backoff) && { retry: policy.retry }),
    ...(node.peeks && { peeks: node.peeks }),
  };
}

function policyOptions({ timeout, heartbeat }: ActivityLimits, retry: PlanRetry): ActivityOptions {
  // The server refuses an interval of 0.
  const initialInterval = Math.max(1, retry.initial);
  return {
    startToCloseTimeout: timeout,
    ...(heartbeat !== false && { heartbeatTimeout: heartbeat }),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      maximumAttempts: retry.attempts,
      initialInterval,
      maximumInterval: Math.max(initialInterval, retry.max),
      backoffCoefficient: retry.backoff === 'exponential' ? 2 : 1,
      ...(retry.except.length > 0 && { nonRetryableErrorTypes: [...retry.except] }),
    },
  };
}
