import { z } from 'zod';
import { RunFailedError } from '../../run/run-failed-error.js';
import type { Intervention } from '../../intervention/intervention.js';
import type { Intervened, InterveneOptions, NodeView, Run, RunStatus, RunView } from '../../run/run.js';
import { loadValues } from '../../step/load-values.js';
import { digestOf } from '../../store/blob-store.js';
import { EspalierError } from '../../value/espalier-error.js';
import type { JsonObject } from '../../value/json.js';
import type { Value } from '../../value/value.js';
import { Intervened as IntervenedSchema, PendingIntervention } from '../interventions.js';
import { RunResult } from '../runs.js';
import { RunView as RunViewSchema } from '../views.js';
import type { Http } from './http.js';
import { Patience } from './patience.js';
import { detachable } from '../../run/detach.js';
import { watchRun } from './watch.js';

/** How long one call waits for the end of a run, in milliseconds; then it is asked again. */
const WAIT = 30_000;

/** A run behind a service, by its id; nothing is asked until it is used. */
export function httpRun(http: Http, id: string): Run<JsonObject> {
  const path = `/api/v1/runs/${encodeURIComponent(id)}`;
  const view = async (): Promise<RunView> => (await http.json(RunViewSchema, path)).value;
  const cancel: Run<JsonObject>['cancel'] = reason =>
    http.send(`${path}/cancel`, { method: 'POST', ...(reason !== undefined && { body: { reason } }) });
  return {
    id,
    view,
    ended: ({ signal } = {}) => endOf(http, path, signal),
    async result() {
      await endOf(http, path);
      return outcomeOf(http, path, await view());
    },
    watch: options => detachable(watchRun(http, path, options), options, cancel),
    pause: () => http.send(`${path}/pause`, { method: 'POST' }),
    resume: () => http.send(`${path}/resume`, { method: 'POST' }),
    cancel,
    intervene: (intervention, options) => intervene(http, path, intervention, options),
    withdraw: intervention =>
      http.send(`${path}/interventions/${encodeURIComponent(intervention)}`, { method: 'DELETE' }),
    setBreakpoints: breakpoints => http.send(`${path}/breakpoints`, { method: 'PUT', body: breakpoints }),
    continue: at => http.send(`${path}/continue`, { method: 'POST', ...(at !== undefined && { body: { at } }) }),
  };
}

/** How long a run has to answer if nobody says, in milliseconds. */
const ANSWER_LIMIT = 3_000;

async function intervene(
  http: Http,
  path: string,
  intervention: Intervention,
  { onLate, timeout = ANSWER_LIMIT }: InterveneOptions = {},
): Promise<Intervened> {
  const body = { ...intervention, ...(onLate && { onLate }) };
  const call = { method: 'POST', body, query: { wait: `${timeout}ms` }, limit: timeout + 30_000 } as const;
  const { value } = await http.json(
    z.union([IntervenedSchema, PendingIntervention.strict()]),
    `${path}/interventions`,
    call,
  );
  return 'outcome' in value ? value : { id: value.id, pending: true };
}

/** Outlasts a service that is away for up to two minutes. */
async function endOf(http: Http, path: string, signal?: AbortSignal): Promise<RunStatus> {
  const patience = new Patience(signal);
  const call = { query: { wait: `${WAIT}ms` }, limit: WAIT + 10_000, ...(signal && { signal }) };
  for (;;) {
    try {
      const { status, value } = await http.json(RunResult, `${path}/result`, call);
      patience.heard();
      if (status === 200) return value.status;
    } catch (error) {
      signal?.throwIfAborted();
      await patience.after(error);
    }
  }
}

/** From the view, where outputs have the order of the graph, whether they are in it or have to be fetched. */
async function outcomeOf(http: Http, path: string, view: RunView): Promise<JsonObject> {
  const { id, status, error = { code: status, message: status }, outputs } = view;
  if (status.startsWith('completed')) return load(http, path, outputs);
  const failures = view.nodes.toSorted(byEnd).flatMap(node => node.error ?? []);
  throw new RunFailedError(id, { error, failures, abandoned: [] }, await loadThose(http, path, outputs));
}

const byEnd = (a: NodeView, b: NodeView): number => (a.endedAt ?? 0) - (b.endedAt ?? 0);

function load(http: Http, path: string, values: Readonly<Record<string, Value>>): Promise<JsonObject> {
  return loadValues(values, { get: digest => fetchValue(http, `${path}/values/${digest}`, digest) });
}

/** Those that can be read: each is worth having by itself. */
async function loadThose(http: Http, path: string, values: Readonly<Record<string, Value>>): Promise<JsonObject> {
  const parts = Object.entries(values).map(([port, value]) => load(http, path, { [port]: value }).catch(() => ({})));
  return Object.assign({}, ...(await Promise.all(parts))) as JsonObject;
}

async function fetchValue(http: Http, path: string, digest: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await http.bytes(path, { limit: 120_000 });
    if (digestOf(bytes) === digest) return bytes;
    throw new EspalierError('corrupt_blob', `the value ${digest} came from ${http.url} as something else`);
  } catch (error) {
    if (error instanceof EspalierError && error.code === 'not_found') return undefined;
    throw error;
  }
}
