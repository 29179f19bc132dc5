/**
 * Runs over HTTP as data: what requests and answers look like. The one source of validation, of the OpenAPI document and of
 * the types of our client.
 */
import { CACHE_USES } from '../engine/known.js';
import { z } from 'zod';
import {
  AnyJson,
  AnyObject,
  Duration,
  GraphId,
  Hash,
  Name,
  once,
  PageQuery,
  RunContext,
  Time,
  Wait,
} from './fields.js';
import { Breakpoints, Interventions } from './interventions.js';
import { Failure, Values } from './values.js';
import { RUN_STATUSES, Status } from './views.js';

/** In headers. */
export const IdempotencyKey = z
  .string({ error: once })
  .regex(/^[ -~]{1,255}$/, 'expected 1 to 255 printable ASCII characters')
  .optional()
  .describe('the same key again gives the same run; with anything else asked for, 409');

/** How a run is to behave, and with which id. */
const Settings = {
  id: Name.exactOptional().describe('id of the run; else made up'),
  interventions: Interventions.exactOptional().describe('they act before anything is executed'),
  context: RunContext.exactOptional(),
  concurrency: z.int().min(1).exactOptional().describe('the most steps at once'),
  deadline: Duration.exactOptional(),
  onFailure: z.enum(['stop', 'continue']).exactOptional(),
  cancelGrace: Duration.exactOptional(),
  schedule: z.enum(['dataflow', 'stages']).exactOptional(),
  prune: z.boolean().exactOptional().describe('leave out whatever nothing needs that will run'),
  breakpoints: Breakpoints.exactOptional(),
  baggage: AnyObject.exactOptional().describe('handed to every step as it is'),
  cache: z.enum(CACHE_USES).exactOptional().describe('what the run has from the step cache'),
  taskQueue: Name.exactOptional(),
};

export const StartRun = z
  .strictObject({
    graph: GraphId.describe('id of a registered graph'),
    hash: Hash.exactOptional().describe('a version of it; without it the current one'),
    document: Hash.exactOptional().describe('the version this was made for: with another one, 409'),
    input: AnyObject.default({}).describe('by port, or by address of an open port'),
    ...Settings,
  })
  .meta({ id: 'StartRun' });
export const StartedRun = z.object({ id: z.string(), graph: z.string(), hash: Hash }).meta({ id: 'StartedRun' });

/** Settings that are not there are those of the source, but for breakpoints and deadline; `cache` is then `refresh`. */
export const ForkRun = z
  .strictObject({
    input: AnyObject.exactOptional().describe(
      'by port, or by address of an open port; the others are as in the source',
    ),
    from: z
      .array(z.string().min(1).max(5000))
      .exactOptional()
      .describe('treated as changed: a node, to execute it again; a port, what reads it'),
    ...Settings,
  })
  .meta({ id: 'ForkRun' });
export const ForkedRun = z
  .object({ id: z.string(), graph: z.string(), forkedFrom: z.string() })
  .meta({ id: 'ForkedRun' });

const RunSummary = z
  .object({
    id: z.string(),
    graph: z.string(),
    status: Status,
    startedAt: Time,
    endedAt: Time.exactOptional(),
    archived: z.literal(true).exactOptional().describe('Temporal has forgotten it: it is read from the archive'),
  })
  .meta({ id: 'RunSummary' });
export const RunPage = z
  .object({ runs: z.array(RunSummary), cursor: z.string().exactOptional() })
  .meta({ id: 'RunPage' });
export const RunQuery = PageQuery.extend({
  graph: GraphId.exactOptional(),
  status: z.enum(RUN_STATUSES, { error: once }).exactOptional(),
  overridden: z
    .enum(['true'], { error: once })
    .transform((): true => true)
    .exactOptional()
    .describe('only those that ended and are overridden'),
  forkedFrom: Name.exactOptional().describe('only forks of this run'),
});

export const ResultQuery = z.strictObject({
  wait: Wait.exactOptional().describe('how long to wait for the end, such as 10s; at most 60s'),
});
export const RunResult = z
  .object({
    id: z.string(),
    status: Status,
    outputs: z.record(z.string(), AnyJson).describe('JSON by port'),
    refs: Values.describe('of ports whose values are too large for an answer: to be read as values'),
    error: Failure.exactOptional(),
  })
  .meta({ id: 'RunResult' });

export const CancelRun = z.strictObject({ reason: z.string().max(1000).exactOptional() }).meta({ id: 'CancelRun' });

export type StartRun = z.input<typeof StartRun>;
export type StartedRun = z.infer<typeof StartedRun>;
export type ForkRun = z.input<typeof ForkRun>;
export type ForkedRun = z.infer<typeof ForkedRun>;
export type RunQuery = z.output<typeof RunQuery>;
export type RunResult = z.infer<typeof RunResult>;
