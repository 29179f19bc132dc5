import type { Document } from '../document/document.js';
import type { RunOptions } from '../engine/options.js';
import { isGraph, type AnyGraph } from '../graph/contract.js';
import type { Graph } from '../graph/graph.js';
import type { Code, Ports } from '../graph/ports.js';
import type { Intervention } from '../intervention/intervention.js';
import type { Plan } from '../plan/plan.js';
import { detachable } from '../run/detach.js';
import { RunFailedError } from '../run/run-failed-error.js';
import { checkBreakpoints, runOptionsOf, type RunSettings } from '../run/run-settings.js';
import type { Run } from '../run/run.js';
import type { RunSource } from '../run/source.js';
import { endedStatus } from '../run/view.js';
import { checkContext, type RunContext } from '../seal/run-context.js';
import type { Log } from '../step/ctx.js';
import { missingSteps, type StartedWith } from '../step/missing-steps.js';
import { createRegistry, type Registered, type Registry } from '../step/registry.js';
import { decodePartial, decodeResult, prepare, type Runnable } from '../step/runnable.js';
import { sendIntervention, sendInterventions } from '../step/send-interventions.js';
import type { InputOrInterventions } from '../step/start-input.js';
import type { BlobStore } from '../store/blob-store.js';
import type { MergeCache } from '../store/merge-cache.js';
import type { StepCache } from '../store/step-cache.js';
import { createMemoryStore } from '../store/memory-store.js';
import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';
import { LocalRun, type LocalBegun, type LocalDeps } from './local-run.js';
import { unlessAborted } from './unless-aborted.js';

export interface LocalSettings extends Registered, RunSettings {
  readonly id?: string;
  /** What changes the run from its start. */
  readonly interventions?: readonly Intervention[];
  /** What its steps need and nobody may record. */
  readonly context?: RunContext;
  /** Where larger values lie. Default: in memory, for this run. */
  readonly store?: BlobStore;
  /** What operates have merged before. Without it everything is merged. */
  readonly mergeCache?: MergeCache;
  /** What cached steps gave before, in the same `store`. Without it everything is computed. */
  readonly stepCache?: StepCache;
  /** What counts in it for steps whose contract has no version. Without it those are computed. */
  readonly buildId?: string;
  /** W3C trace context that its steps are told. */
  readonly traceparent?: string;
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
  return runHere(source, options);
}

/** As `runLocal`, without its types; with the record of the run. */
export function runHere(source: Runnable, options: LocalSettings & { readonly input?: object }): LocalHandle {
  const { plan, encode } = prepare(source);
  const { interventions: given = [], input = {}, prune = false } = options;
  const graph = isGraph(source) ? source : undefined;
  return startHere(plan, options, { graph, interventions: given }, async store => {
    const interventions = await sendInterventions(plan, given, store);
    return { inputs: await encode({ ...input }, store, { interventions, prune }), interventions };
  });
}

/** A run in this process, with its record. */
export interface LocalHandle extends Run<unknown> {
  source(): Promise<RunSource>;
}

/** Goes on from the record of another run, as a fork of it does. Throws as `runLocal`. */
export function runFork(
  plan: Plan,
  fork: LocalBegun & { readonly options: RunOptions },
  settings: LocalSettings,
  graph?: AnyGraph,
): LocalHandle {
  return startHere(plan, settings, { ...fork, graph }, async () => fork);
}

/** What is known of a run before it begins. */
interface Foreseen extends Pick<LocalBegun, 'known'> {
  readonly graph: AnyGraph | undefined;
  readonly interventions: StartedWith['interventions'];
  /** Over which the settings go. */
  readonly options?: RunOptions;
}

function startHere(
  plan: Plan,
  options: LocalSettings,
  foreseen: Foreseen,
  give: (store: BlobStore) => Promise<LocalBegun>,
): LocalHandle {
  const registry = createRegistry(options);
  checkAllHere(plan, registry, { prune: options.prune ?? false, ...foreseen });
  const { context } = options;
  if (context) checkContext(plan, context);
  const { graph } = foreseen;
  const { id = `${plan.graph}-${crypto.randomUUID()}`, store = createMemoryStore(), log = SILENT } = options;
  const { mergeCache, traceparent } = options;
  const cached = cachedOf(options);
  const deps = {
    ...{ registry, store, log },
    ...(mergeCache && { mergeCache }),
    ...(context && { context }),
    ...(traceparent !== undefined && { traceparent }),
    ...cached,
  };
  const runOptions = {
    ...foreseen.options,
    ...runOptionsOf(options, plan),
    ...(!cached && { cache: 'bypass' as const }),
  };
  const local = new LocalRun(id, plan, runOptions, deps);
  const started = give(store).then(begun => local.start(begun));
  // Whoever asks for the result hears of it; nobody else has to.
  started.catch(() => {});
  const once = async <T>(work: () => T | Promise<T>): Promise<T> => {
    await started;
    return work();
  };
  const cancel: Run<unknown>['cancel'] = reason =>
    once(() => local.feed({ kind: 'cancelled', ...(reason !== undefined && { reason }) }));
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
    cancel,
    intervene: (intervention, { onLate } = {}) =>
      once(async () => local.intervene(await sendIntervention({ ...intervention, ...(onLate && { onLate }) }, store))),
    withdraw: intervention => once(() => local.withdraw(intervention)),
    setBreakpoints: breakpoints =>
      once(() => local.feed({ kind: 'breakpointsSet', breakpoints: checkBreakpoints(breakpoints, plan) })),
    continue: at => once(() => local.release(at)),
    view: async () => local.view(),
    source: () => once(() => local.source()),
    watch: watching => detachable(local.watchers.watch(watching), watching, cancel),
  };
}

function cachedOf({ stepCache: cache, buildId }: LocalSettings): Pick<LocalDeps, 'cached'> | undefined {
  return cache && { cached: { cache, ...(buildId !== undefined && { buildId }) } };
}

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** No other worker will come: what is not here is said before anything runs. */
function checkAllHere(plan: Plan, registry: Registry, { interventions, prune, known }: StartedWith): void {
  // What is wrong with them is said when they are sent.
  const legible = Array.isArray(interventions) && interventions.every(each => typeof each?.at === 'string');
  const missing = missingSteps(
    plan,
    registry,
    legible ? { interventions, ...(prune && { prune }), ...(known && { known }) } : undefined,
  ).map(step => {
    const found = registry.find(step);
    return found
      ? `${step} is implemented in another version, or with other ports or options`
      : `${step} has no implementation`;
  });
  if (missing.length > 0)
    throw new EspalierError('step_not_here', `not everything can run here: ${missing.join(', ')}`);
}
