import type { Espalier, Start, StartJson } from '../client/espalier.js';
import { makeFixture, type Fixture, type FixtureOptions } from '../client/fixture.js';
import type { ForkOptions } from '../client/fork.js';
import { prepareFork } from '../client/prepare-fork.js';
import type { ListOptions, RunPage, RunSummary } from '../client/list.js';
import type { Pollers } from '../client/probe.js';
import type { StartOptions } from '../client/start.js';
import type { Document } from '../document/document.js';
import { isGraph, type AnyGraph } from '../graph/contract.js';
import type { Graph } from '../graph/graph.js';
import type { Code, Given, Ports } from '../graph/ports.js';
import type { BlobRef } from '../intervention/intervention.js';
import { runFork, runHere, type LocalHandle } from '../local/run-local.js';
import type { Plan } from '../plan/plan.js';
import { runOptionsOf } from '../run/run-settings.js';
import { diffRuns, type RunDiff } from '../run/diff.js';
import type { Run, RunView } from '../run/run.js';
import type { RunSource } from '../run/source.js';
import { checkContext } from '../seal/run-context.js';
import type { Log } from '../step/ctx.js';
import { explain, type ExplainSettings } from '../step/explain.js';
import type { Explanation } from '../intervention/explain.js';
import { putValue } from '../step/put-value.js';
import type { Registered } from '../step/registry.js';
import { decodeResult, prepare, type Runnable } from '../step/runnable.js';
import { sendInterventions } from '../step/send-interventions.js';
import type { BlobReading, ByteRange } from '../store/blob-store.js';
import { createMemoryMergeCache } from '../store/merge-cache.js';
import { createMemoryStore } from '../store/memory-store.js';
import { digestOf } from '../value/digest.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Json, JsonObject } from '../value/json.js';
import { quote } from '../value/quote.js';

/** A run, and the digest of what was asked for. */
interface Started {
  readonly run: LocalHandle;
  readonly graph: string;
  readonly asked: string;
}

const DEFAULT_LIMIT = 50;

/**
 * What `Espalier` offers, on the engine in this process: no server, no worker, runs are kept in memory. A run whose steps
 * are not all there does not wait for another worker: `start` throws `step_not_here`.
 */
export class LocalEspalier implements Omit<Espalier, 'upkeep' | 'runner' | 'storage'> {
  readonly address = 'this process';
  readonly namespace = 'local';
  readonly #store = createMemoryStore();
  readonly #mergeCache = createMemoryMergeCache();
  readonly #runs = new Map<string, Started>();
  /** What handles were made with. */
  readonly #graphs = new WeakMap<object, AnyGraph>();

  /** `registered` is asked with each start. */
  constructor(
    private readonly registered: () => Promise<Registered>,
    private readonly log: Log,
  ) {}

  async start<I extends Ports, O extends Ports, At>(
    graph: Graph<string, I, O, At>,
    ...options: {} extends Given<I> ? [options?: Start<I>] : [options: Start<I>]
  ): Promise<Run<Code<O>>>;
  async start(source: Document | Plan, options?: StartJson): Promise<Run<JsonObject>>;
  async start(source: Runnable, options: StartOptions & { readonly input?: object } = {}): Promise<Run<unknown>> {
    const { id, idempotencyKey, taskQueue: _, linkLimits: __, input = {}, ...settings } = options;
    const registered = await this.registered();
    const { plan, encode } = prepare(source);
    const { interventions = [], prune = false, context = {} } = settings;
    const sent = await sendInterventions(plan, interventions, this.#store);
    const values = await encode({ ...input }, this.#store, { interventions: sent, prune });
    checkContext(plan, context);
    const changes = [interventions, context];
    const asked = digestOf([plan.hash, values, runOptionsOf(settings, plan), ...changes] as unknown as Json);
    const runId = id ?? runIdOf(plan.graph, idempotencyKey);
    const before = this.#runs.get(runId);
    if (before) settleRepeated(before, asked, runId, idempotencyKey);
    else {
      const kept = { store: this.#store, mergeCache: this.#mergeCache, log: this.log };
      const how = { ...registered, ...settings, ...kept, id: runId, input };
      this.#runs.set(runId, { run: runHere(source, how), graph: plan.graph, asked });
    }
    return this.#handle(runId, isGraph(source) ? source : undefined);
  }

  run<O extends Ports>(id: string, graph: AnyGraph & { readonly out: O }): Run<Code<O>>;
  run(id: string): Run<JsonObject>;
  run(id: string, graph?: AnyGraph): Run<never> {
    return this.#handle(id, graph) as Run<never>;
  }

  async fork<O>(run: Run<O>, options?: ForkOptions): Promise<Run<O>>;
  async fork(run: string, options?: ForkOptions): Promise<Run<JsonObject>>;
  async fork(of: Run<unknown> | string, options: ForkOptions = {}): Promise<Run<unknown>> {
    const { input: _, from: __, interventions: ___, taskQueue: ____, linkLimits: _____, ...settings } = options;
    const graph = typeof of === 'string' ? undefined : this.#graphs.get(of);
    const source = await this.#source(of);
    const { plan, run: forkedFrom } = source;
    const fork = { ...(await prepareFork(source, options, graph, this.#store)), forkedFrom };
    const id = settings.id ?? runIdOf(plan.graph, undefined);
    if (this.#runs.has(id)) throw alreadyStarted(id);
    const kept = { store: this.#store, mergeCache: this.#mergeCache, log: this.log };
    const run = runFork(plan, fork, { ...(await this.registered()), ...settings, ...kept, id }, graph);
    this.#runs.set(id, { run, graph: plan.graph, asked: '' });
    return this.#handle(id, graph);
  }

  async diff(a: Run<unknown> | string, b: Run<unknown> | string): Promise<RunDiff> {
    return diffRuns(await this.#source(a), await this.#source(b));
  }

  async fixture(run: Run<unknown> | string, options?: FixtureOptions): Promise<Fixture> {
    const view = await this.#find(idOf(run)).run.view();
    return makeFixture(await this.#source(run), view, this.#store, options);
  }

  /** Without a step cache: here every step is executed. */
  explain(source: Runnable, settings?: ExplainSettings): Promise<Explanation> {
    return explain(source, settings);
  }

  async list({
    graph,
    status,
    overridden,
    forkedFrom,
    cursor = '0',
    limit = DEFAULT_LIMIT,
  }: ListOptions = {}): Promise<RunPage> {
    const runs = [...this.#runs.values()].toReversed();
    const views = await Promise.all(runs.map(({ run }) => run.view()));
    const isWanted = (view: RunView | undefined): boolean =>
      (!overridden || view?.overridden === true) && (forkedFrom === undefined || view?.forkedFrom === forkedFrom);
    const all = await Promise.all(runs.filter((_, k) => isWanted(views[k])).map(summaryOf));
    const found = all.filter(run => (graph ?? run.graph) === run.graph && (status ?? run.status) === run.status);
    const end = Number(cursor) + limit;
    return { runs: found.slice(Number(cursor), end), ...(end < found.length && { cursor: String(end) }) };
  }

  async find(id: string): Promise<RunSummary> {
    return summaryOf(this.#find(id));
  }

  read(digest: string, range?: ByteRange): Promise<BlobReading | undefined> {
    return this.#store.read(digest, range);
  }

  put(value: Json): Promise<BlobRef> {
    return putValue(value, this.#store);
  }

  /** Nothing is sent anywhere, so nothing needs a codec. */
  async encodePayloads<T>(payloads: T): Promise<T> {
    return payloads;
  }

  async decodePayloads<T>(payloads: T): Promise<T> {
    return payloads;
  }

  async ping(): Promise<void> {}

  async pollers(): Promise<Pollers> {
    return { workflows: 1, steps: 1 };
  }

  /** Cancels what still runs: there is nobody to go on with it. */
  async close(): Promise<void> {
    await Promise.all([...this.#runs.values()].map(({ run }) => run.cancel('the test is over')));
  }

  #handle(id: string, graph: AnyGraph | undefined): Run<unknown> {
    const find = async (): Promise<Run<unknown>> => this.#find(id).run;
    const handle: Run<unknown> = {
      id,
      result: async () => {
        const run = await find();
        await run.result();
        return decodeResult(graph, (await run.view()).outputs, this.#store);
      },
      ended: async options => (await find()).ended(options),
      pause: async () => (await find()).pause(),
      resume: async () => (await find()).resume(),
      cancel: async reason => (await find()).cancel(reason),
      intervene: async (intervention, options) => (await find()).intervene(intervention, options),
      withdraw: async intervention => (await find()).withdraw(intervention),
      setBreakpoints: async breakpoints => (await find()).setBreakpoints(breakpoints),
      continue: async at => (await find()).continue(at),
      view: async () => (await find()).view(),
      watch: options => this.#watch(id, options),
    };
    if (graph) this.#graphs.set(handle, graph);
    return handle;
  }

  async #source(run: Run<unknown> | string): Promise<RunSource> {
    return this.#find(idOf(run)).run.source();
  }

  async *#watch(id: string, options: Parameters<Run<unknown>['watch']>[0]) {
    yield* this.#find(id).run.watch(options);
  }

  #find(id: string): Started {
    const started = this.#runs.get(id);
    if (!started) throw new EspalierError('not_found', `there is no run ${quote(id)} in ${this.namespace}`);
    return started;
  }
}

/** As on a server: the same key, the same id. */
const runIdOf = (graph: string, idempotencyKey: string | undefined): string =>
  `${graph}-${idempotencyKey === undefined ? crypto.randomUUID() : digestOf([graph, idempotencyKey]).slice(0, 16)}`;

function settleRepeated(before: Started, asked: string, runId: string, key: string | undefined): void {
  if (key === undefined) throw alreadyStarted(runId);
  if (before.asked === asked) return;
  const message = `idempotency key ${quote(key)} was used before, for run ${runId}, with something else`;
  throw new EspalierError('idempotency_conflict', message);
}

const alreadyStarted = (id: string): EspalierError =>
  new EspalierError('already_started', `there is a run ${quote(id)} already; ids are used once`);

const idOf = (run: Run<unknown> | string): string => (typeof run === 'string' ? run : run.id);

async function summaryOf({ run, graph }: Started): Promise<RunSummary> {
  const { id, status, startedAt = 0, endedAt } = await run.view();
  return { id, graph, status, startedAt, ...(endedAt !== undefined && { endedAt }) };
}
