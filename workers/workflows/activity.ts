import { ActivityCancellationType, workflowInfo, type ActivityOptions } from '@temporalio/workflow';
import { activityId } from '../../src/document/address.js';
import type {
  CallHook,
  Checkpoint,
  Execute,
  Gather,
  Keep,
  LookUp,
  Merge,
  Resolve,
  Slice,
  StreamFlow,
  StreamForm,
} from '../../src/engine/command.js';
import type { CacheUse } from '../../src/engine/known.js';
import type { Plan, PlanContract, PlanPolicy, PlanRetry, PlanStep } from '../../src/plan/plan.js';
import type {
  CheckpointCall,
  GatherCall,
  HookCall,
  KeepCall,
  LookUpCall,
  MergeCall,
  ResolveCall,
  SliceCall,
  StepCall,
  StreamCall,
} from '../../src/protocol/activity.js';
import {
  GATHER_LIMITS,
  LOOK_UP_LIMITS,
  RUNNER_LIMITS,
  SUPPLY_LIMITS,
  type ActivityLimits,
} from '../../src/protocol/activity-failure.js';
import { CHECKPOINT, GATHER, HOOK, KEEP, LOOK_UP, MERGE, RESOLVE, SLICE } from '../../src/protocol/names.js';
import type { Snapshot } from '../../src/engine/snapshot.js';
import type { StartArgument, WorkflowName } from '../../src/protocol/start.js';
import type { JsonObject } from '../../src/value/json.js';

/** What to schedule, ready for the SDK. */
export interface Activity {
  readonly type: string;
  readonly call:
    StepCall | GatherCall | SliceCall | LookUpCall | KeepCall | CheckpointCall | HookCall | ResolveCall | MergeCall;
  readonly options: ActivityOptions;
  /** What its failures are explained with. */
  readonly policy: ActivityLimits;
}

/** Only where Temporal's own policy cannot say it does the activity ask for its next delay. */
const ASKS_FOR_DELAY: ReadonlySet<PlanRetry['backoff']> = new Set(['linear', 'jitter']);
/** Of what is no step. */
const OWN_RETRY: PlanRetry = { attempts: 5, backoff: 'exponential', initial: 200, max: 10_000, except: [] };

const UNTIL_DONE: PlanRetry = { ...OWN_RETRY, attempts: Infinity };

/** What a run adds to the execution of a step: its baggage, and a note for people. */
export interface StepExtras {
  readonly baggage?: JsonObject;
  readonly note?: string;
  readonly cache?: CacheUse;
  /** The run's, sealed: only for steps that take some. */
  readonly context?: string;
  readonly trace?: string;
}

/** The activity of a step: its type is the step's id, its id the node's address. */
export function stepActivity(
  plan: Plan,
  command: Execute,
  { baggage, note, cache = 'use', context, trace }: StepExtras = {},
): Activity {
  const { address, generation, body, node: index } = command;
  const node = plan.bodies[body]?.nodes[index];
  if (node?.kind !== 'step') throw new Error(`nothing to execute at ${address}: node ${index} of body ${body}`);
  const contract = plan.contracts[node.contract];
  const policy = plan.policies[node.policy];
  if (!contract || !policy) throw new Error(`no contract ${node.contract} or policy ${node.policy} for ${address}`);
  const queue = node.cluster === undefined ? undefined : plan.clusters[node.cluster]?.queue;
  return {
    type: contract.step,
    call: {
      ...stepCall(command, node, contract.digest, policy),
      ...(baggage && { baggage }),
      ...cacheCall(contract, cache),
      ...(contract.context && context !== undefined && { context }),
      ...(trace !== undefined && { trace }),
    },
    options: {
      ...policyOptions(policy, policy.retry),
      activityId: activityId(address, generation),
      summary: [address, contract.title, note].filter(Boolean).join(' · '),
      ...(queue !== undefined && { taskQueue: queue }),
    },
    policy,
  };
}

/** Stores a value under a ref of its own. Not a step. Tried until the store is there. */
export function gatherActivity({ address, value }: Gather): Activity {
  return ownActivity(GATHER, address, { value }, GATHER_LIMITS, UNTIL_DONE);
}

/** Gives some items of a list. Not a step. Tried until the store is there. */
export function sliceActivity({ kind: _, exec: __, address, ...call }: Slice): Activity {
  return ownActivity(SLICE, address, call satisfies SliceCall, GATHER_LIMITS, UNTIL_DONE);
}

/** Asks the step cache for the whole plan. Not a step; without an answer each step asks for itself. */
export function lookUpActivity({ address, inputs, interventions }: LookUp, { plan, options }: StartArgument): Activity {
  const call = { plan, options, inputs, ...(interventions.length > 0 && { interventions }) };
  return ownActivity(LOOK_UP, address, call, LOOK_UP_LIMITS, { ...OWN_RETRY, attempts: 2 });
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

/** Keeps results of a runner. Tried until it succeeds: they are in the state until then. */
export function keepActivity({ address, results, before }: Keep): Activity {
  return ownActivity(KEEP, address, { part: { before, results } }, RUNNER_LIMITS, UNTIL_DONE);
}

/** Saves the state of a runner's run; before it is stopped, until that has succeeded. */
export function checkpointActivity(
  { address: at, reason }: Checkpoint,
  workflow: WorkflowName,
  snapshot: Snapshot,
): Activity {
  const call = { workflow, at, reason, snapshot };
  return ownActivity(CHECKPOINT, at, call, RUNNER_LIMITS, reason === 'stop' ? UNTIL_DONE : OWN_RETRY);
}

/** Calls a hook, once: what it does can't be undone, and what it throws harms nothing. */
export function hookActivity({ address: at, name, event }: CallHook, workflow: WorkflowName): Activity {
  const run = workflowInfo().firstExecutionRunId;
  return ownActivity(HOOK, at, { workflow, at, run, name, event }, RUNNER_LIMITS, { ...OWN_RETRY, attempts: 1 });
}

function ownActivity(
  type: string,
  address: string,
  call: Activity['call'],
  policy: ActivityLimits,
  retry = OWN_RETRY,
): Activity {
  const options = { ...policyOptions(policy, retry), activityId: activityId(address, 1), summary: address };
  return { type, call, options, policy };
}

function cacheCall({ cache }: PlanContract, use: CacheUse): Pick<StepCall, 'cache'> {
  return cache && use !== 'bypass' ? { cache: { use, ...cache } } : {};
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
    ...(command.stream && { stream: streamCall(command.exec, command.stream, node) }),
  };
}

const streamCall = (exec: number, stream: StreamFlow & StreamForm, { itemPeeks }: PlanStep): StreamCall => ({
  ...{ exec, ...stream },
  ...(itemPeeks && { peeks: itemPeeks }),
});

function policyOptions({ timeout, heartbeat }: ActivityLimits, retry: PlanRetry): ActivityOptions {
  // The server refuses an interval of 0.
  const initialInterval = Math.max(1, retry.initial);
  return {
    startToCloseTimeout: timeout,
    ...(heartbeat !== false && { heartbeatTimeout: heartbeat }),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      // Without a number Temporal tries without end.
      ...(Number.isFinite(retry.attempts) && { maximumAttempts: retry.attempts }),
      initialInterval,
      maximumInterval: Math.max(initialInterval, retry.max),
      backoffCoefficient: retry.backoff === 'exponential' ? 2 : 1,
      ...(retry.except.length > 0 && { nonRetryableErrorTypes: [...retry.except] }),
    },
  };
}
