/** What a run looks like now, as data: see runs.ts. `satisfies` holds it against what the rooms give. */
import { z } from 'zod';
import type { Hold as RunHold } from '../engine/breakpoint.js';
import type { InterventionState as RunInterventionState, WaitingPort as RunWaitingPort } from '../engine/engine.js';
import type { CacheMiss, Origin as RunOrigin } from '../engine/known.js';
import type { LiveNode, NodeView as RunNode, RunView as ViewOfRun, Trace as RunTrace } from '../run/run.js';
import type { PortSchema } from '../document/document.js';
import { AnyObject, Time } from './fields.js';
import { Breakpoint, OUTCOMES, RefusedIntervention } from './interventions.js';
import { Failure, Value, Values } from './values.js';

export const RUN_STATUSES = [
  'running',
  'paused',
  'completed',
  'completed_with_overrides',
  'completed_with_errors',
  'failed',
  'cancelled',
] as const;
export const Status = z.enum([...RUN_STATUSES, 'pending']);

export const Origin = z.object({ run: z.string(), at: z.string() }) satisfies z.ZodType<RunOrigin>;
export const Miss = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['first', 'expired', 'refreshed', 'gone', 'unversioned']) }),
  z.object({ kind: z.literal('changed'), what: z.array(z.string()), since: Origin }),
]) satisfies z.ZodType<CacheMiss>;

export const Trace = z
  .object({
    traceId: z.string().describe('32 hex digits'),
    spanId: z.string().describe('16 hex digits'),
    parentId: z.string().exactOptional().describe('span id of who started the run, where that was traced'),
  })
  .describe('the span of an attempt that has ended, where it was traced') satisfies z.ZodType<RunTrace>;

const Progress = z.object({ done: z.number(), total: z.number().exactOptional() });
const Live = z.object({
  state: z.enum(['queued', 'running', 'backing-off', 'cancelling']),
  lastFailure: z.string().exactOptional(),
  progress: Progress.exactOptional(),
  worker: z.string().exactOptional(),
}) satisfies z.ZodType<LiveNode>;
export const NODE_STATES = [
  'waiting',
  'running',
  'completed',
  'cached',
  'short-circuited',
  'pruned',
  'failed',
  'skipped',
  'cancelled',
] as const;
const NodeView = z
  .object({
    at: z.string().describe('address of the node'),
    step: z.string(),
    state: z.enum(NODE_STATES),
    generation: z.int().min(0),
    attempts: z.int().min(0),
    scheduledAt: Time.exactOptional(),
    startedAt: Time.exactOptional(),
    endedAt: Time.exactOptional(),
    outputs: Values.exactOptional(),
    computed: Values.exactOptional().describe('what the step gave at ports that an intervention changed'),
    overridden: z.literal(true).exactOptional().describe('an override or an operate is in what it read or gave'),
    from: Origin.exactOptional().describe('of a cached node: who has computed what it gives'),
    miss: Miss.exactOptional().describe('why a node whose results are cached ran all the same'),
    build: z.string().exactOptional().describe('of which build the worker was, where it has said so'),
    trace: Trace.exactOptional(),
    error: Failure.exactOptional(),
    progress: Progress.exactOptional().describe('of an each or a loop that runs: items or iterations that have ended'),
    live: Live.exactOptional().describe('only while it is in flight'),
  })
  .meta({ id: 'NodeView' }) satisfies z.ZodType<RunNode>;

const InterventionState = z
  .object({
    id: z.string(),
    at: z.string(),
    kind: z.string(),
    reason: z.string().exactOptional(),
    by: z.string().exactOptional(),
    onLate: z.enum(['reject', 'recompute']).exactOptional(),
    shortCircuit: z.boolean().exactOptional(),
    value: Value.exactOptional(),
    resolve: z.object({ name: z.string(), args: AnyObject }).exactOptional(),
    seq: z.int().min(0).describe('1, 2, … in the order in which the run received them'),
    receivedAt: Time,
    outcome: z.enum(OUTCOMES).exactOptional().describe('decided once; none if it was refused'),
    effect: z.enum(['pending', 'used', 'superseded', 'not-used']),
    why: z.string().exactOptional(),
    withdrawn: z.literal(true).exactOptional().describe('it was taken back'),
    refused: Failure.exactOptional(),
  })
  .meta({ id: 'InterventionState' }) satisfies z.ZodType<RunInterventionState>;
const WaitingPort = z
  .object({
    address: z.string(),
    schema: z.custom<PortSchema>().meta({ type: 'object', description: 'JSON Schema of what it takes' }),
    deadline: Time.exactOptional(),
  })
  .meta({ id: 'WaitingPort' }) satisfies z.ZodType<RunWaitingPort>;
const Hold = z
  .object({ at: z.string(), breakpoint: Breakpoint, since: Time })
  .meta({ id: 'Hold' }) satisfies z.ZodType<RunHold>;

export const RunView = z
  .object({
    id: z.string(),
    graph: z.string(),
    status: Status,
    startedAt: Time.exactOptional(),
    endedAt: Time.exactOptional(),
    link: z.int().min(0).describe('how many links (continue-as-new) came before'),
    forkedFrom: z.string().exactOptional().describe('the run over whose record it was started'),
    nodes: z.array(NodeView),
    outputs: Values,
    error: Failure.exactOptional(),
    failures: z.array(Failure).exactOptional().describe('the first hundred failures of nodes'),
    failed: z.int().exactOptional().describe('how many there are'),
    overridden: z.literal(true).exactOptional().describe('an override or an operate is in what it gave'),
    interventions: z.array(InterventionState).exactOptional(),
    unused: z.array(z.string()).exactOptional().describe('addresses of interventions without effect'),
    waiting: z.array(WaitingPort).exactOptional().describe('input ports that the run waits for'),
    holds: z.array(Hold).exactOptional().describe('where it holds'),
  })
  .meta({ id: 'RunView' }) satisfies z.ZodType<ViewOfRun>;

export const RunInterventions = z
  .object({
    interventions: z.array(InterventionState).describe('those that the run received, as in its view'),
    refused: z.array(RefusedIntervention).describe('those that a service refused, the latest first, 1000 at most'),
  })
  .meta({ id: 'RunInterventions' });
