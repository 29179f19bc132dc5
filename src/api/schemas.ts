/**
 * The HTTP API as data: what requests and answers look like. The one source of validation, of the OpenAPI document and of
 * the types of our client. `satisfies` holds the answers against what the rooms give.
 */
import { z } from 'zod';
import { parseDuration } from '../document/duration.js';
import type { Failure as RunFailure } from '../engine/failure.js';
import type { LiveNode, NodeView as RunNode, RunView as ViewOfRun } from '../run/run.js';
import type { Json, JsonObject } from '../value/json.js';
import type { Leaf as ValueLeaf, Value as RunValue } from '../value/value.js';

const GraphId = z
  .string({ error: once })
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'expected an id: a letter, then up to 63 letters, digits, "_" or "-"');
const TEXT = 'expected 1 to 200 characters, no control characters, no blanks around them, not "." or ".."';
const Name = z
  .string({ error: once })
  .max(200, TEXT)
  .regex(/^(?!\s|\.\.?$)[^\p{Cc}\p{Cs}]+(?<!\s)$/u, TEXT);
const Hash = z.string({ error: once }).regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');
const Time = z.number().describe('milliseconds since the epoch');
const DURATION = 'expected milliseconds, or text like 30s, at most 100 years';
const DurationText = z.templateLiteral([z.number(), z.enum(['ms', 's', 'm', 'h', 'd'])]);
const AnyJson = z.custom<Json>().describe('any JSON');
/** Not looked into: what each port takes is checked when the run starts, and there may be much of it. */
const Input = z
  .custom<JsonObject>(
    value => typeof value === 'object' && value !== null && !Array.isArray(value),
    'expected an object',
  )
  .meta({ type: 'object', description: 'by port, or by address of an open port' });
const Duration = z
  .union([z.number(), DurationText], DURATION)
  .refine(duration => parseDuration(duration) !== undefined, DURATION)
  .describe('milliseconds, or text like 30s, 5m');

/** A query parameter that is there twice arrives as a list. */
function once({ input }: { readonly input?: unknown }): string | undefined {
  return Array.isArray(input) ? `expected it once, got it ${input.length} times` : undefined;
}

export const RUN_STATUSES = ['running', 'paused', 'completed', 'completed_with_errors', 'failed', 'cancelled'] as const;
const Status = z.enum([...RUN_STATUSES, 'pending']);

/** In paths. */
export const GraphParam = GraphId.describe('id of a graph');
export const RunParam = Name.describe('id of a run');
/** In headers. */
export const IdempotencyKey = z
  .string({ error: once })
  .regex(/^[ -~]{1,255}$/, 'expected 1 to 255 printable ASCII characters')
  .optional()
  .describe('the same key again gives the same run; with anything else asked for, 409');
export const User = z
  .string({ error: once })
  .regex(/^[ -~]{1,100}$/, 'expected 1 to 100 printable ASCII characters')
  .default('unknown')
  .describe('who makes the change, for the list of changes');

export const GraphVersion = z
  .object({
    id: z.string(),
    hash: Hash.describe('SHA-256 of the document in canonical JSON'),
    version: z.int().min(1).describe('1, 2, …: in the order of registration'),
    title: z.string().exactOptional(),
    plan: Hash.describe('hash of the compiled plan'),
    createdAt: Time,
    createdBy: z.string(),
  })
  .meta({ id: 'GraphVersion' });
/** A graph in its stored form (docs/documents.md). What is wrong with one is said by reading and compiling it. */
export const GraphDocument = z
  .looseObject({ id: GraphId })
  .meta({ id: 'GraphDocument', description: 'a graph in its stored form' });
export const GraphEntry = GraphVersion.extend({ document: GraphDocument }).meta({ id: 'GraphEntry' });
export const GraphPage = z
  .object({ graphs: z.array(GraphVersion), cursor: z.string().exactOptional() })
  .meta({ id: 'GraphPage' });
export const GraphVersionPage = z
  .object({ versions: z.array(GraphVersion), cursor: z.string().exactOptional() })
  .meta({ id: 'GraphVersionPage' });
const GraphChange = z
  .object({
    seq: z.int().min(1),
    at: Time,
    by: z.string(),
    graph: z.string(),
    from: Hash.exactOptional().describe('what the name pointed to before'),
    to: Hash,
  })
  .meta({ id: 'GraphChange' });
export const GraphChangePage = z
  .object({ changes: z.array(GraphChange), cursor: z.string().exactOptional() })
  .meta({ id: 'GraphChangePage' });

const numberOf = (text: unknown): unknown =>
  typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : text;

/** Of a list: `limit` and `cursor`, which is the one of the page before. */
export const PageQuery = z.strictObject({
  limit: z.preprocess(numberOf, z.int({ error: once }).min(1).max(1000).default(50)),
  cursor: z.string({ error: once }).min(1).max(4096).exactOptional().describe('from the page before'),
});

export const GraphQuery = z.strictObject({
  hash: Hash.exactOptional().describe('a version; without it the current one'),
});

export const StartRun = z
  .strictObject({
    graph: GraphId.describe('id of a registered graph'),
    hash: Hash.exactOptional().describe('a version of it; without it the current one'),
    id: Name.exactOptional().describe('id of the run; else made up'),
    input: Input.default({}),
    concurrency: z.int().min(1).exactOptional().describe('the most steps at once'),
    deadline: Duration.exactOptional(),
    onFailure: z.enum(['stop', 'continue']).exactOptional(),
    cancelGrace: Duration.exactOptional(),
    taskQueue: Name.exactOptional(),
  })
  .meta({ id: 'StartRun' });
export const StartedRun = z.object({ id: z.string(), graph: z.string(), hash: Hash }).meta({ id: 'StartedRun' });

const RunSummary = z
  .object({
    id: z.string(),
    graph: z.string(),
    status: Status,
    startedAt: Time,
    endedAt: Time.exactOptional(),
  })
  .meta({ id: 'RunSummary' });
export const RunPage = z
  .object({ runs: z.array(RunSummary), cursor: z.string().exactOptional() })
  .meta({ id: 'RunPage' });
export const RunQuery = PageQuery.extend({
  graph: GraphId.exactOptional(),
  status: z.enum(RUN_STATUSES, { error: once }).exactOptional(),
});

export const Failure: z.ZodType<RunFailure> = z
  .object({
    code: z.string(),
    message: z.string(),
    address: z.string().exactOptional().describe('the node or port it belongs to'),
    attempt: z.int().min(1).exactOptional().describe('from 1'),
    details: AnyJson.exactOptional(),
    stack: z.string().exactOptional(),
    cause: z.lazy(() => Failure).exactOptional(),
  })
  .meta({ id: 'Failure' });

const Leaf = z.object({
  digest: Hash.exactOptional(),
  size: z.int().min(0).describe('bytes of canonical JSON'),
  inline: AnyJson.exactOptional(),
}) satisfies z.ZodType<ValueLeaf>;
/** `inline` up to 4 KiB of JSON; beyond, `digest` and `size`, to be read at `/runs/{id}/values/{digest}`. */
export const Value: z.ZodType<RunValue> = z
  .union([Leaf, z.object({ list: z.array(z.lazy(() => Value)) }), z.object({ flat: z.lazy(() => Value) })])
  .meta({ id: 'Value', description: 'a value inline, or the digest of one; a list of values; or lists to be joined' });
const Values = z.record(z.string(), Value);

const Live = z.object({
  state: z.enum(['queued', 'running', 'backing-off', 'cancelling']),
  lastFailure: z.string().exactOptional(),
  progress: z.object({ done: z.number(), total: z.number().exactOptional() }).exactOptional(),
  worker: z.string().exactOptional(),
}) satisfies z.ZodType<LiveNode>;
const NodeView = z
  .object({
    at: z.string().describe('address of the node'),
    step: z.string(),
    state: z.enum(['waiting', 'running', 'completed', 'failed', 'skipped', 'cancelled']),
    generation: z.int().min(0),
    attempts: z.int().min(0),
    scheduledAt: Time.exactOptional(),
    startedAt: Time.exactOptional(),
    endedAt: Time.exactOptional(),
    outputs: Values.exactOptional(),
    error: Failure.exactOptional(),
    live: Live.exactOptional().describe('only while it is in flight'),
  })
  .meta({ id: 'NodeView' }) satisfies z.ZodType<RunNode>;
export const RunView = z
  .object({
    id: z.string(),
    graph: z.string(),
    status: Status,
    startedAt: Time.exactOptional(),
    endedAt: Time.exactOptional(),
    link: z.int().min(0).describe('how many links (continue-as-new) came before'),
    nodes: z.array(NodeView),
    outputs: Values,
    error: Failure.exactOptional(),
  })
  .meta({ id: 'RunView' }) satisfies z.ZodType<ViewOfRun>;

/** The longest time a request waits for the end of a run, in milliseconds. */
const LONGEST_WAIT = 60_000;
const WAIT = 'expected at most 60s, such as 10s or 500ms';
export const ResultQuery = z.strictObject({
  wait: z
    .templateLiteral([z.number(), z.enum(['ms', 's', 'm'])], { error: issue => once(issue) ?? WAIT })
    .refine(text => (parseDuration(text) ?? Infinity) <= LONGEST_WAIT, WAIT)
    .exactOptional()
    .describe('how long to wait for the end, such as 10s; at most 60s'),
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
export type RunQuery = z.output<typeof RunQuery>;
export type PageQuery = z.output<typeof PageQuery>;
export type RunResult = z.infer<typeof RunResult>;
