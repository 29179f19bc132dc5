/**
 * Starts a run: at most one workflow for an id, and for an idempotency key. What is asked for is checked before a workflow
 * exists; what is large lies in the store before it is named.
 */
import { randomUUID } from 'node:crypto';
import { InternalWorkflowStartOptionsSymbol } from '@temporalio/client/lib/internal.js';
import { defineSearchAttributeKey, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { RunOptions } from '../engine/options.js';
import { isGraph } from '../graph/contract.js';
import type { Intervention, SentIntervention } from '../intervention/intervention.js';
import type { Plan } from '../plan/plan.js';
import { RUNNER_ATTRIBUTE, START_MEMO } from '../protocol/names.js';
import { ENGINE_VERSION, type LinkLimits, type StartArgument, type StartMemo } from '../protocol/start.js';
import { runOptionsOf, type RunSettings } from '../run/run-settings.js';
import { contextDigest, sealContext } from '../seal/context.js';
import { checkContext, type RunContext } from '../seal/run-context.js';
import { prepare, type Prepared, type Runnable } from '../step/runnable.js';
import { sendInterventions } from '../step/send-interventions.js';
import { ACTIVE } from '../tracing/tracing.js';
import { digestOf } from '../value/digest.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import type { Access } from './access.js';
import { call, grpcCode, INVALID_ARGUMENT } from './call.js';

export interface StartOptions extends RunSettings {
  /** What changes the run from its start: acts before anything is executed. */
  readonly interventions?: readonly Intervention[];
  /** What its steps need and nobody may record: sealed here, opened only where a step that takes it runs. */
  readonly context?: RunContext;
  /** The run's id; else one that follows from graph and idempotency key, else a random one. */
  readonly id?: string;
  /** The same key again gives the same run; with anything else asked for, `idempotency_conflict`. */
  readonly idempotencyKey?: string;
  readonly taskQueue?: string;
  /** Lowers the limits at which a run continues as new; for tests. */
  readonly linkLimits?: LinkLimits;
}

/** A lost workflow task is noticed after this time: a dead worker costs a run no more. */
const TASK_TIMEOUT = 5_000;
const MOST_ID_LENGTH = 200;
const RUNNER_KEY = defineSearchAttributeKey(RUNNER_ATTRIBUTE, 'KEYWORD');

/** The id of the run. `given` is code side for a typed graph, JSON side else. */
export async function startRun(
  access: Access,
  source: Runnable,
  given: Readonly<Record<string, unknown>>,
  options: StartOptions,
): Promise<string> {
  const { plan, encode } = preparedOf(source);
  return begin(access, plan, options, async () => {
    const interventions = await sendInterventions(plan, options.interventions ?? [], access.store);
    const { prune = false } = options;
    return { inputs: await encode(given, access.store, { interventions, prune }), interventions };
  });
}

/** What a run begins with, beside its plan. */
export interface Begun extends Pick<StartArgument, 'inputs' | 'known' | 'forkedFrom'> {
  readonly interventions: readonly SentIntervention[];
  /** Over which those of the start go. */
  readonly options?: RunOptions;
}

/** `give` is asked when all else is in order: it stores what is large. */
export async function begin(
  access: Access,
  plan: Plan,
  options: StartOptions,
  give: () => Promise<Begun>,
): Promise<string> {
  const runId = runIdOf(plan, options);
  const own = runOptionsOf(options, plan);
  const { taskQueue = access.taskQueue, linkLimits = access.linkLimits } = options;
  const sealed = await sealedContext(access, plan, runId, options.context);
  const { inputs, interventions, known, forkedFrom, options: inherited } = await give();
  const runOptions = { ...inherited, ...own };
  const fork = forkedFrom !== undefined && { forkedFrom };
  const memo = { ...memoOf(plan, inputs, runOptions), ...changesOf(options, interventions, sealed), ...fork };
  const argument: StartArgument = {
    engineVersion: ENGINE_VERSION,
    plan,
    inputs,
    options: runOptions,
    ...(interventions.length > 0 && { interventions }),
    ...(known && { known }),
    ...fork,
    ...(sealed && { context: sealed.text }),
    searchable: await access.isSearchable(),
    ...(linkLimits && { linkLimits }),
  };
  try {
    await launch(access, { runId, argument, memo, taskQueue });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    await settleRepeated(access, runId, memo, { ...options, taskQueue });
  }
  return runId;
}

const preparations = new WeakMap<Runnable, Prepared>();

/** A typed graph, which never changes, is compiled once, however often it is started. */
function preparedOf(source: Runnable): Prepared {
  const prepared = preparations.get(source) ?? prepare(source);
  if (isGraph(source)) preparations.set(source, prepared);
  return prepared;
}

export interface Launch {
  readonly runId: string;
  readonly argument: StartArgument;
  readonly memo: StartMemo;
  readonly taskQueue: string;
}

/**
 * Starts the workflow, in a span if the client is traced. Throws `WorkflowExecutionAlreadyStartedError`, `invalid_option`
 * for what Temporal refuses.
 */
export async function launch(access: Access, start: Launch): Promise<void> {
  if (!access.tracing) return send(access, start);
  const { runId, argument } = start;
  const { graph } = argument.plan;
  const attributes = { 'espalier.run': runId, 'espalier.graph': graph };
  const span = { name: `start ${graph}`, kind: 'producer', attributes, parent: ACTIVE } as const;
  const repeated = await access.tracing.inSpan(span, ({ traceparent: trace }) =>
    // That it runs already is no fault: a key may be used again.
    send(access, { ...start, argument: { ...argument, ...(trace && { trace }) } }).catch(unlessStarted),
  );
  if (repeated) throw repeated;
}

function unlessStarted(error: unknown): WorkflowExecutionAlreadyStartedError {
  if (error instanceof WorkflowExecutionAlreadyStartedError) return error;
  throw error;
}

async function send(access: Access, start: Launch): Promise<void> {
  // The server knows by it a request that it has answered before, unheard.
  const requestId = randomUUID();
  try {
    await call(access, () => startWorkflow(access, start, requestId));
  } catch (error) {
    throw grpcCode(error) === INVALID_ARGUMENT ? refusedStart(error) : error;
  }
}

function startWorkflow({ client }: Access, { runId, argument, memo, taskQueue }: Launch, requestId: string) {
  const { plan, workflow, searchable } = argument;
  const options = {
    // That of a runner's workflow is used again when it goes on, or begins anew.
    workflowIdReusePolicy: workflow ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
    ...(workflow && searchable && { typedSearchAttributes: [{ key: RUNNER_KEY, value: workflow.runner }] }),
    workflowId: runId,
    taskQueue,
    args: [argument],
    memo: { [START_MEMO]: memo },
    staticSummary: plan.title ?? plan.graph,
    staticDetails: detailsOf(argument),
    workflowTaskTimeout: TASK_TIMEOUT,
    workflowIdConflictPolicy: 'FAIL',
    [InternalWorkflowStartOptionsSymbol]: { requestId },
  } as const;
  return client.start(plan.graph, options);
}

/** What only Temporal knows to be wrong, such as a task queue whose name it keeps for itself. */
function refusedStart(cause: unknown): EspalierError {
  const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
  return new EspalierError('invalid_option', `Temporal refuses the start: ${why}`, { cause });
}

/** For people who find the run in the Temporal UI. */
function detailsOf({ plan, interventions = [], workflow }: StartArgument): string {
  const nodes = counted(plan.bodies[workflow ? 1 : 0]?.nodes.length ?? 0, 'node');
  const changes = interventions.length > 0 ? `, ${counted(interventions.length, 'intervention')}` : '';
  return `Graph **${plan.graph}**, ${nodes}${changes}, plan \`${plan.hash.slice(0, 12)}\``;
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function runIdOf(plan: Plan, { id, idempotencyKey }: StartOptions): string {
  if (id !== undefined) return checkId(id);
  if (idempotencyKey === undefined) return `${plan.graph}-${randomUUID()}`;
  if (idempotencyKey === '') throw new EspalierError('invalid_option', 'idempotencyKey: expected some text, got ""');
  return `${plan.graph}-${digestOf([plan.graph, idempotencyKey]).slice(0, 16)}`;
}

function checkId(id: string): string {
  if (id !== '' && id.length <= MOST_ID_LENGTH && id === id.trim()) return id;
  const expected = `1 to ${MOST_ID_LENGTH} characters without blanks around them`;
  throw new EspalierError('invalid_option', `id: expected ${expected}, got ${quote(id)}`);
}

export function memoOf(plan: Plan, inputs: StartArgument['inputs'], options: RunOptions): StartMemo {
  return {
    plan: plan.hash,
    input: digestOf(inputs as unknown as Json),
    options: digestOf(options as Json),
    engineVersion: ENGINE_VERSION,
  };
}

interface Sealed {
  readonly text: string;
  readonly digest: string;
}

async function sealedContext(
  { keys, namespace: tenant }: Access,
  plan: Plan,
  runId: string,
  context: RunContext | undefined,
): Promise<Sealed | undefined> {
  if (context === undefined) return undefined;
  checkContext(plan, context);
  const run = { tenant, graph: plan.graph, runId };
  return { text: await sealContext(context, keys, run), digest: await contextDigest(context, keys, run) };
}

/** Asked only of a key that is used again. */
function changesOf(
  { idempotencyKey }: StartOptions,
  interventions: readonly SentIntervention[],
  sealed: Sealed | undefined,
): Pick<StartMemo, 'interventions' | 'context'> {
  if (idempotencyKey === undefined) return {};
  return {
    ...(interventions.length > 0 && { interventions: digestOf(interventions as unknown as Json) }),
    ...(sealed && { context: sealed.digest }),
  };
}

/** The id is taken. With an idempotency key that is fine if the same was asked for; all else is an error. */
async function settleRepeated(
  access: Access,
  runId: string,
  memo: StartMemo,
  { idempotencyKey, taskQueue }: StartOptions,
): Promise<void> {
  if (idempotencyKey === undefined) {
    throw new EspalierError('already_started', `there is a run ${quote(runId)} already; ids are used once`);
  }
  const { memo: memos, taskQueue: queue } = await call(access, () => access.client.getHandle(runId).describe(), runId);
  const before = memos?.[START_MEMO] as Partial<StartMemo> | undefined;
  const words = {
    plan: 'another graph',
    input: 'another input',
    options: 'other options',
    interventions: 'other interventions',
    context: 'another context',
  };
  const all = ['plan', 'input', 'options', 'interventions', 'context'] as const;
  const parts = all.filter(part => before?.[part] !== memo[part]);
  const differs = [...parts.map(part => words[part]), ...(queue === taskQueue ? [] : ['another task queue'])];
  if (differs.length === 0) return;
  throw new EspalierError(
    'idempotency_conflict',
    `idempotency key ${quote(idempotencyKey)} was used before, for run ${runId}, with ` + differs.join(' and '),
  );
}
