import type { ListOptions, RunPage } from '../../client/list.js';
import type { RunDiff } from '../../run/diff.js';
import type { Run } from '../../run/run.js';
import type { BlobRef } from '../../intervention/intervention.js';
import type { Json, JsonObject } from '../../value/json.js';
import type { Health } from '../health.js';
import { RunDiff as RunDiffSchema } from '../diff.js';
import { ForkedRun, RunPage as RunPageSchema, StartedRun, type ForkRun, type StartRun } from '../runs.js';
import { ValueRef } from '../values.js';
import { httpGraphs, type HttpGraphs } from './graphs.js';
import { Http } from './http.js';
import { httpRun } from './run.js';
import { httpRunner, type HttpRunner } from './runner.js';

/** What a start asks for; the key is a header of its own. */
export type StartRequest = StartRun & { readonly idempotencyKey?: string };

/**
 * A service of ours, over HTTP: what `Espalier` does on Temporal, and the graphs that are registered there. Every call
 * throws `not_reachable` when there is no answer in time, else an error with the code of the problem that was the answer.
 */
export interface HttpClient {
  /** Of the service, without a slash at its end. */
  readonly url: string;
  readonly graphs: HttpGraphs;
  /** Starts a run of a registered graph. */
  start(request: StartRequest): Promise<Run<JsonObject>>;
  /** Starts a run over the record of another one. Throws `not_found`, `unknown_address`. */
  fork(id: string, request?: ForkRun): Promise<Run<JsonObject>>;
  /** What differs in `b`, held against `a`. */
  diff(a: string, b: string): Promise<RunDiff>;
  /** A run by its id; nothing is asked until it is used. */
  run(id: string): Run<JsonObject>;
  /** A runner by its name; nothing is asked until it is used. */
  runner(name: string): HttpRunner;
  /** Runs, latest first. */
  list(options?: ListOptions): Promise<RunPage>;
  /** Keeps a value, whatever its size, to be named in interventions (`ref`). */
  put(value: Json): Promise<BlobRef>;
  /** What it says of itself, of Temporal, of its database and of workers. */
  ready(): Promise<Health>;
}

/** So does reading a long history, in milliseconds. */
const RECORD_LIMIT = 60_000;
/** A large body takes its time, in milliseconds. */
const UPLOAD_LIMIT = 30_000;

const runPath = (id: string): string => `/api/v1/runs/${encodeURIComponent(id)}`;

/** Asks nothing yet. Throws `invalid_url`. */
export function connectHttp(url: string): HttpClient {
  const http = new Http(url);
  return {
    url: http.url,
    graphs: httpGraphs(http),
    run: id => httpRun(http, id),
    runner: name => httpRunner(http, name),
    async start({ idempotencyKey, ...body }) {
      const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
      const { value } = await http.json(StartedRun, '/api/v1/runs', { method: 'POST', body, headers });
      return httpRun(http, value.id);
    },
    async fork(id, body = {}) {
      const call = { method: 'POST', body, limit: RECORD_LIMIT } as const;
      const { value } = await http.json(ForkedRun, `${runPath(id)}/fork`, call);
      return httpRun(http, value.id);
    },
    diff: async (a, b) =>
      (await http.json(RunDiffSchema, `${runPath(a)}/diff/${encodeURIComponent(b)}`, { limit: RECORD_LIMIT })).value,
    list: async (options = {}) => (await http.json(RunPageSchema, '/api/v1/runs', { query: { ...options } })).value,
    put: async value =>
      (await http.json(ValueRef, '/api/v1/values', { method: 'POST', body: value, limit: UPLOAD_LIMIT })).value,
    ready: () => http.health('/readyz'),
  };
}
