/** Workflows of runners over HTTP as data: see runs.ts. `satisfies` holds it against what the room gives. */
import { z } from 'zod';
import type { ComponentPolicy, PolicyRule } from '../runner/policies.js';
import { RUNNER_NAME, RUNNER_NAME_TEXT, WORKFLOW_ID, WORKFLOW_ID_TEXT } from '../runner/names.js';
import type { Rehydration } from '../runner/rehydrate.js';
import type { InputFailure } from '../runner/results.js';
import type { Stopped } from '../runner/stop-workflow.js';
import type { WorkflowView as View } from '../runner/workflow-view.js';
import type { Snapshotted } from '../store/workflows.js';
import {
  AnyJson,
  AnyObject,
  Duration,
  GraphId,
  Hash,
  isObject,
  Name,
  once,
  RunContext,
  textOf,
  Time,
  wordOf,
} from './fields.js';
import { Interventions } from './interventions.js';
import { Failure } from './values.js';
import { NODE_STATES } from './views.js';

/** In paths. */
export const RunnerParam = z.string().regex(RUNNER_NAME, `expected ${RUNNER_NAME_TEXT}`).describe('name of a runner');
const WorkflowId = z.string({ error: once }).regex(WORKFLOW_ID, `expected ${WORKFLOW_ID_TEXT}`);
export const WorkflowParam = WorkflowId.describe('id of a workflow');

const HookName = textOf(200);
const CHECKPOINTS = ['every_cycle', 'on_complete', 'manual'] as const;
const CHECKPOINT_TEXT = 'expected "every_cycle", "on_complete", "manual" or { "every_n": 3 }';
const WholeNumber = z.int('expected a whole number from 1').min(1, 'expected a whole number from 1');
/** Held against the ports of the components when it is applied. */
const OwnPolicy = z.custom<ComponentPolicy>(isObject, 'expected an object').meta({ type: 'object' });
const PRESET_NAMES = ['llm', 'io', 'failFast'] as const;
const MATCH_TEXT = 'expected a node, an address or a pattern of some, or { "step": "ocr" }';

export const StartWorkflow = z
  .strictObject({
    id: WorkflowId,
    graph: GraphId.describe('id of a registered graph'),
    hash: Hash.exactOptional().describe('a version of it; without it the current one'),
    many: z
      .array(z.string())
      .exactOptional()
      .describe('outputs of which results have a list, not only the latest value'),
    concurrency: WholeNumber.exactOptional().describe('the most steps at once, of all inputs together'),
    checkpoint: z
      .union([z.enum(CHECKPOINTS), z.strictObject({ every_n: WholeNumber })], CHECKPOINT_TEXT)
      .exactOptional()
      .describe('when its state is saved; default on_complete'),
    policies: z
      .array(
        z.strictObject({
          match: z.union([textOf(5000), z.strictObject({ step: z.string().min(1, MATCH_TEXT) })], MATCH_TEXT),
          policy: z.union([z.enum(PRESET_NAMES), OwnPolicy], 'expected "llm", "io", "failFast", or a policy'),
        }) satisfies z.ZodType<PolicyRule>,
      )
      .max(1000, 'expected 1000 policies at most')
      .exactOptional()
      .describe(
        'how components are tried, by id, address, pattern of it (`hard/*`, `**`) or step; the first that matches counts',
      ),
    onComplete: HookName.exactOptional().describe('hook that is called when nothing is left to do'),
    hooks: z.partialRecord(z.enum(['input', 'completed', 'failed', 'idle', 'stop']), HookName).exactOptional(),
    interventions: Interventions.exactOptional(),
    cancelGrace: Duration.exactOptional().describe('how long a stop waits for what runs'),
    baggage: AnyObject.exactOptional(),
    prune: z.boolean().exactOptional(),
    taskQueue: Name.exactOptional(),
  })
  .meta({ id: 'StartWorkflow' });
export const StartedWorkflow = z
  .object({ runner: z.string(), id: z.string(), run: z.string().describe('the run that it is'), graph: z.string() })
  .meta({ id: 'StartedWorkflow' });

export const WorkflowList = z
  .object({ workflows: z.array(z.string()).describe('ids of those that run') })
  .meta({ id: 'WorkflowList' });

export const FeedWorkflow = z
  .strictObject({
    input: AnyObject.default({}).describe('by port, or by address of an open port'),
    context: RunContext.exactOptional(),
    id: textOf(200).exactOptional().describe('an input whose id came before is taken once'),
  })
  .meta({ id: 'FeedWorkflow' });
export const AcceptedInput = z
  .object({
    id: z.string(),
    seq: z.int().min(0).exactOptional().describe('number of the input: 0, 1, …'),
    pending: z.literal(true).exactOptional().describe('it is kept, and gets its number from the next worker'),
  })
  .meta({ id: 'AcceptedInput' });

const InputFailure = z.intersection(z.object({ seq: z.int().min(0) }), Failure) satisfies z.ZodType<InputFailure>;

export const WorkflowView = z
  .object({
    runner: z.string(),
    id: z.string(),
    graph: z.string(),
    status: z.enum(['running', 'paused', 'stopped', 'failed', 'cancelled']),
    accepted: z.int().min(0).describe('inputs taken'),
    waiting: z.int().min(0).describe('of them not begun'),
    ended: z.int().min(0),
    failed: z.int().min(0),
    open: z
      .array(z.object({ seq: z.int().min(0), nodes: z.record(z.string(), z.enum(NODE_STATES)) }))
      .describe('inputs under way'),
    failures: z.array(InputFailure),
    many: z.array(z.string()),
    nodes: z.array(z.string()).describe('of the graph: its components'),
    options: z.custom<View['options']>().meta({ type: 'object' }),
    policies: z.custom<View['policies']>().meta({ type: 'object', description: 'by node' }),
  })
  .meta({ id: 'WorkflowView' }) satisfies z.ZodType<View>;

const flag = wordOf(['true', 'false']).transform(text => text === 'true');
export const ResultsQuery = z.strictObject({
  components: z
    .union([z.string(), z.array(z.string())], 'expected ids of nodes')
    .transform(given => [given].flat().flatMap(text => text.split(',').filter(id => id !== '')))
    .exactOptional()
    .describe('ids of nodes, with commas between them; or several times; default: the outputs of the graph'),
  all: flag.exactOptional().describe('lists of everything, not only what came of the latest input'),
  facts: flag.exactOptional().describe('with the number of the input and the digest'),
});
export const WorkflowResults = z
  .object({
    results: z.record(z.string(), AnyJson).describe('by output or node; null where there is none'),
    failures: z.array(InputFailure),
  })
  .meta({ id: 'WorkflowResults' });
export const Productions = z
  .object({ productions: z.array(AnyJson).describe('every value that nodes gave, in the order of inputs') })
  .meta({ id: 'Productions' });

export const SavedCursor = z.object({ cursor: z.string() }).meta({ id: 'SavedCursor' });
export const Snapshots = z
  .object({
    snapshots: z.array(
      z.object({
        cursor: z.string(),
        runner: z.string(),
        id: z.string(),
        start: z.string(),
        digest: z.string(),
        reason: z.enum(['cycle', 'idle', 'stop', 'manual']),
        at: Time,
        accepted: z.int().min(0),
        ended: z.int().min(0),
        failed: z.int().min(0),
      }) satisfies z.ZodType<Snapshotted>,
    ),
  })
  .meta({ id: 'Snapshots' });

export const StopWorkflow = z
  .strictObject({ persist: z.boolean().exactOptional().describe('save its state; default true') })
  .meta({ id: 'StopWorkflow' });
export const StoppedWorkflow = z
  .object({
    persisted: z.boolean().describe('its state was saved by this'),
    cursor: z.string().exactOptional().describe('what a resume goes on from'),
    unfinished: z.int().min(0).describe('inputs that were taken and have not ended'),
    unsaved: z.int().min(0).describe('inputs that were taken and that no saved state knows'),
  })
  .meta({ id: 'StoppedWorkflow' }) satisfies z.ZodType<Stopped>;

const REHYDRATIONS = ['full', 'hybrid', 'lazy'] as const satisfies readonly Rehydration[];
export const ResumeWorkflow = z
  .strictObject({
    rehydration: wordOf(REHYDRATIONS).default('lazy').describe('which values must be there before it goes on'),
    cursor: textOf(500).exactOptional().describe('of a saved state; default: the latest'),
  })
  .meta({ id: 'ResumeWorkflow' });
export const ResumedWorkflow = z
  .object({
    runner: z.string(),
    id: z.string(),
    run: z.string().describe('the run that it is'),
    rehydration: z.enum(REHYDRATIONS),
    loaded: z.int().min(0).describe('values that were loaded'),
    refs: z.int().min(0).describe('values that were not'),
  })
  .meta({ id: 'ResumedWorkflow' });

export type StartWorkflow = z.input<typeof StartWorkflow>;
export type StartedWorkflow = z.infer<typeof StartedWorkflow>;
export type ResumeWorkflow = z.input<typeof ResumeWorkflow>;
export type ResumedWorkflow = z.infer<typeof ResumedWorkflow>;
export type FeedWorkflow = z.input<typeof FeedWorkflow>;
export type AcceptedInput = z.infer<typeof AcceptedInput>;
export type WorkflowResults = z.infer<typeof WorkflowResults>;
