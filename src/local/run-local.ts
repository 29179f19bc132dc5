import type { Document } from '../document/document.js';
import { isGraph } from '../graph/contract.js';
import type { Graph } from '../graph/graph.js';
import type { Code, Given, Ports } from '../graph/ports.js';
import type { Plan } from '../plan/plan.js';
import { RunFailedError } from '../run/run-failed-error.js';
import { runOptionsOf, type RunSettings } from '../run/run-settings.js';
import type { Run } from '../run/run.js';
import { endedStatus } from '../run/view.js';
import type { Log } from '../step/ctx.js';
import { missingSteps } from '../step/missing-steps.js';
import { createRegistry, type Registered, type Registry } from '../step/registry.js';
import { decodePartial, decodeResult, prepare, type Prepared, type Runnable } from '../step/runnable.js';
import type { BlobStore } from '../store/blob-store.js';
import { createMemoryStore } from '../store/memory-store.js';
import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';
import { LocalRun } from './local-run.js';
import { unlessAborted } from './unless-aborted.js';

export interface LocalSettings extends Registered, RunSettings {
  readonly id?: string;
  /** Where larger values lie. Default: in memory, for this run. */
  readonly store?: BlobStore;
  /** What `ctx.log` writes to. Default: nowhere. */
  readonly log?: Log;
}
type Start<I extends Ports> = LocalSettings &
  ({} extends Given<I> ? { readonly input?: Given<I> } : { readonly input: Given<I> });

/**
 * Runs a graph in this process: the same engine, no server, nothing kept. Throws `InvalidGraphError`, and `step_not_here`
 * if a step has no implementation here; an input that is wrong is an `InvalidInputError` of `result()`.
 */
export function runLocal<I extends Ports, O extends Ports, At>(
  graph: Graph<string, I, O, At>,
  options: Start<I>,
): Run<Code<O>>;
export function runLocal(
  source: Document | Plan,
  options: LocalSettings & { readonly input?: JsonObject },
): Run<JsonObject>;
export function runLocal(source: Runnable, options: LocalSettings & { readonly input?: object }): Run<unknown> {
  const prepared = prepare(source);
  const registry = createRegistry(options);
  checkAllHere(prepared.plan, registry);
  const { id = `${prepared.plan.graph}-${crypto.randomUUID()}`, store = createMemoryStore(), log = SILENT } = options;
  const local = new LocalRun(id, prepared.plan, runOptionsOf(options), { registry, store, log });
  const started = start(local, prepared, { ...options.input }, store);
  // Whoever asks for the result hears of it; nobody else has to.
  started.catch(() => {});
  const graph = isGraph(source) ? source : undefined;
  const feed = async (event: Parameters<LocalRun['feed']>[0]): Promise<void> => {
    await started;
    local.feed(event);
  };
  return {
    id,
    async result() {
      await started;
      const { status, outputs, error, failures, abandoned } = await local.ended;
      if (status === 'completed') return decodeResult(graph, outputs, store);
      const partial = await decodePartial(graph, outputs, store);
      throw new RunFailedError(id, { error: error ?? { code: status, message: status }, failures, abandoned }, partial);
    },
    ended: async ({ signal } = {}) =>
      endedStatus(
        await unlessAborted(
          started.then(() => local.ended),
          signal,
        ),
      ),
    pause: () => feed({ kind: 'paused' }),
    resume: () => feed({ kind: 'resumed' }),
    cancel: reason => feed({ kind: 'cancelled', ...(reason !== undefined && { reason }) }),
    view: async () => local.view(),
    watch: watching => local.watchers.watch(watching),
  };
}

async function start(
  local: LocalRun,
  prepared: Prepared,
  input: Readonly<Record<string, unknown>>,
  store: BlobStore,
): Promise<void> {
  local.start(await prepared.encode(input, store));
}

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** No other worker will come: what is not here is said before anything runs. */
function checkAllHere(plan: Plan, registry: Registry): void {
  const missing = missingSteps(plan, registry).map(step => {
    const found = registry.find(step);
    return found ? `${step} is implemented with other ports or options` : `${step} has no implementation`;
  });
  if (missing.length > 0)
    throw new EspalierError('step_not_here', `not everything can run here: ${missing.join(', ')}`);
}
