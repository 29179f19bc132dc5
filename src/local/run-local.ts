import type { Document } from '../document/document.js';
import { isGraph } from '../graph/contract.js';
import type { Graph } from '../graph/graph.js';
import type { Code, Ports } from '../graph/ports.js';
import type { Intervention } from '../intervention/intervention.js';
import type { Plan } from '../plan/plan.js';
import { RunFailedError } from '../run/run-failed-error.js';
import { checkBreakpoints, runOptionsOf, type RunSettings } from '../run/run-settings.js';
import type { Run } from '../run/run.js';
import { endedStatus } from '../run/view.js';
import type { Log } from '../step/ctx.js';
import { missingSteps } from '../step/missing-steps.js';
import { createRegistry, type Registered, type Registry } from '../step/registry.js';
import { decodePartial, decodeResult, prepare, type Prepared, type Runnable } from '../step/runnable.js';
import { sendIntervention, sendInterventions } from '../step/send-interventions.js';
import type { InputOrInterventions } from '../step/start-input.js';
import type { BlobStore } from '../store/blob-store.js';
import type { MergeCache } from '../store/merge-cache.js';
import { createMemoryStore } from '../store/memory-store.js';
import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';
import { LocalRun } from './local-run.js';
import { unlessAborted } from './unless-aborted.js';

export interface LocalSettings extends Registered, RunSettings {
  readonly id?: string;
  /** What changes the run from its start. */
  readonly interventions?: readonly Intervention[];
  /** Where larger values lie. Default: in memory, for this run. */
  readonly store?: BlobStore;
  /** What operates have merged before. Without it everything is merged. */
  readonly mergeCache?: MergeCache;
  /** What `ctx.log` writes to. Default: nowhere. */
  readonly log?: Log;
}
type Start<I extends Ports> = LocalSettings & InputOrInterventions<I>;

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
  checkAllHere(prepared.plan, registry, options);
  const { id = `${prepared.plan.graph}-${crypto.randomUUID()}`, store = createMemoryStore(), log = SILENT } = options;
  const deps = { registry, store, log, ...(options.mergeCache && { mergeCache: options.mergeCache }) };
  const local = new LocalRun(id, prepared.plan, runOptionsOf(options, prepared.plan), deps);
  const started = start(local, prepared, options, store);
  // Whoever asks for the result hears of it; nobody else has to.
  started.catch(() => {});
  const graph = isGraph(source) ? source : undefined;
  const once = async <T>(work: () => T | Promise<T>): Promise<T> => {
    await started;
    return work();
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
    pause: () => once(() => local.feed({ kind: 'paused' })),
    resume: () => once(() => local.feed({ kind: 'resumed' })),
    cancel: reason => once(() => local.feed({ kind: 'cancelled', ...(reason !== undefined && { reason }) })),
    intervene: (intervention, { onLate } = {}) =>
      once(async () => local.intervene(await sendIntervention({ ...intervention, ...(onLate && { onLate }) }, store))),
    withdraw: intervention => once(() => local.withdraw(intervention)),
    setBreakpoints: breakpoints =>
      once(() => local.feed({ kind: 'breakpointsSet', breakpoints: checkBreakpoints(breakpoints, prepared.plan) })),
    continue: at => once(() => local.release(at)),
    view: async () => local.view(),
    watch: watching => local.watchers.watch(watching),
  };
}

async function start(
  local: LocalRun,
  { plan, encode }: Prepared,
  { input = {}, interventions: given = [], prune = false }: LocalSettings & { readonly input?: object },
  store: BlobStore,
): Promise<void> {
  const interventions = await sendInterventions(plan, given, store);
  local.start(await encode({ ...input }, store, { interventions, prune }), interventions);
}

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** No other worker will come: what is not here is said before anything runs. */
function checkAllHere(plan: Plan, registry: Registry, { interventions = [], prune = false }: LocalSettings): void {
  // What is wrong with them is said when they are sent.
  const legible = Array.isArray(interventions) && interventions.every(each => typeof each?.at === 'string');
  const missing = missingSteps(plan, registry, legible ? { interventions, prune } : undefined).map(step => {
    const found = registry.find(step);
    return found ? `${step} is implemented with other ports or options` : `${step} has no implementation`;
  });
  if (missing.length > 0)
    throw new EspalierError('step_not_here', `not everything can run here: ${missing.join(', ')}`);
}
