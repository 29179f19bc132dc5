import type { Payload } from '@temporalio/common';
import type { Document } from '../document/document.js';
import { isGraph, type AnyGraph } from '../graph/contract.js';
import type { Graph } from '../graph/graph.js';
import type { Code, Given, Ports } from '../graph/ports.js';
import type { BlobRef } from '../intervention/intervention.js';
import type { Plan } from '../plan/plan.js';
import { diffRuns, type RunDiff } from '../run/diff.js';
import type { Run } from '../run/run.js';
import { Runner, type RunnerOptions } from '../runner/runner.js';
import { explain, type ExplainSettings } from '../step/explain.js';
import type { Explanation } from '../intervention/explain.js';
import { putValue } from '../step/put-value.js';
import type { Runnable } from '../step/runnable.js';
import type { InputOrInterventions } from '../step/start-input.js';
import type { BlobReading, ByteRange } from '../store/blob-store.js';
import type { Storage } from '../store/storage.js';
import type { Json, JsonObject } from '../value/json.js';
import type { Access } from './access.js';
import { connect, type ConnectOptions } from './connect.js';
import { findRun } from './find-run.js';
import { makeFixture, type Fixture, type FixtureOptions } from './fixture.js';
import { forkRun, type ForkOptions } from './fork.js';
import type { Channels } from './intervene.js';
import { listRuns, type ListOptions, type RunPage, type RunSummary } from './list.js';
import { decodePayloads, encodePayloads } from './payload-codec.js';
import { ping, pollersOf, type Pollers } from './probe.js';
import { graphOf, runHandle } from './run-handle.js';
import { startRun, type StartOptions } from './start.js';
import { Updates } from './updates.js';
import { upkeepOf, type Upkeep } from './upkeep.js';
import { Views } from './views.js';

/** What to start a typed graph with; its input in the types of code. */
export type Start<I extends Ports> = StartOptions & InputOrInterventions<I>;
/** What to start a document or a plan with; its input as JSON, that of an open port by its address. */
export interface StartJson extends StartOptions {
  readonly input?: JsonObject;
}

/** Runs of graphs on a Temporal server: starts them, finds them, shows them. */
export class Espalier {
  /** Archive and garbage collection. */
  readonly upkeep: Upkeep;
  private readonly channels: Channels;
  /** From the very beginning. */
  private readonly records: Views;

  private constructor(private readonly access: Access) {
    this.upkeep = upkeepOf(access);
    this.channels = { access, views: new Views(access), updates: new Updates(access) };
    this.records = new Views(access, undefined, 0);
  }

  /**
   * Connects to a server: the one given, else that of TEMPORAL_* variables or a profile, else the embedded one of the data
   * folder. Throws `NotReachableError` within five seconds, `lazy` if none is named at all.
   */
  static async connect(options: ConnectOptions = {}): Promise<Espalier> {
    return new Espalier(await connect(options));
  }

  get address(): string {
    return this.access.address;
  }

  get namespace(): string {
    return this.access.namespace;
  }

  /** Its blobs and its database, open as long as it is: for runners to share. */
  get storage(): Storage {
    return this.access.storage;
  }

  /**
   * Starts a run. Throws `InvalidGraphError`, `InvalidInputError` or `InvalidInterventionError` before anything exists, `already_started` for an id
   * that is taken, `idempotency_conflict` for a key that was used for something else.
   */
  async start<I extends Ports, O extends Ports, At>(
    graph: Graph<string, I, O, At>,
    ...options: {} extends Given<I> ? [options?: Start<I>] : [options: Start<I>]
  ): Promise<Run<Code<O>>>;
  async start(source: Document | Plan, options?: StartJson): Promise<Run<JsonObject>>;
  async start(source: Runnable, options: StartOptions & { readonly input?: object } = {}): Promise<Run<unknown>> {
    const { input = {}, ...rest } = options;
    const runId = await startRun(this.access, source, { ...input }, rest);
    return runHandle(this.channels, runId, isGraph(source) ? source : undefined);
  }

  /** What a run would do that is started like this, with what the step cache has for it now; nothing is started or kept. */
  async explain(source: Runnable, settings: ExplainSettings = {}): Promise<Explanation> {
    const { namespace, storage, store } = this.access;
    const database = await storage.databaseIfThere();
    return explain(source, settings, database && { cache: database.stepCache(namespace), store });
  }

  /** A run by its id; with its graph its result has the types of code. */
  run<O extends Ports>(id: string, graph: AnyGraph & { readonly out: O }): Run<Code<O>>;
  run(id: string): Run<JsonObject>;
  run(id: string, graph?: AnyGraph): Run<unknown> {
    return runHandle(this.channels, id, graph);
  }

  /**
   * Starts a run over the record of another one, which stays as it was: exactly what follows from what is changed, and what
   * did not complete, is executed; all else is taken from there. Throws as `start`, and `unknown_address`.
   */
  async fork<O>(run: Run<O>, options?: ForkOptions): Promise<Run<O>>;
  async fork(run: string, options?: ForkOptions): Promise<Run<JsonObject>>;
  async fork(run: Run<unknown> | string, options: ForkOptions = {}): Promise<Run<unknown>> {
    const graph = typeof run === 'string' ? undefined : graphOf(run);
    const id = await forkRun(this.access, this.records, idOf(run), graph, options);
    return runHandle(this.channels, id, graph);
  }

  /** What differs in `b`, held against `a`: the earliest ports, and why. Throws `not_found`. */
  async diff(a: Run<unknown> | string, b: Run<unknown> | string): Promise<RunDiff> {
    const { records } = this;
    const [before, after] = await Promise.all([records.source(idOf(a)), records.source(idOf(b))]);
    return diffRuns(before, after);
  }

  /** A run as a test can replay it (`replayFixture`): JSON, with what it needs from the store. Throws `not_found`. */
  async fixture(run: Run<unknown> | string, options?: FixtureOptions): Promise<Fixture> {
    const id = idOf(run);
    const { records } = this;
    const view = await records.of(id);
    return makeFixture(await records.source(id), view, this.access.store, options);
  }

  /** A runner: hosts workflows that are fed inputs one after another. Throws `invalid_option`, `store_not_open`. */
  runner(options: RunnerOptions): Promise<Runner> {
    return Runner.open(this.access, options);
  }

  /** Runs, latest first. */
  list(options: ListOptions = {}): Promise<RunPage> {
    return listRuns(this.access, options);
  }

  /** A run as `list` shows it, by one small question. Throws `not_found`. */
  find(id: string): Promise<RunSummary> {
    return findRun(this.access, id);
  }

  /**
   * A value that is too large to travel inline, or a part of it: the bytes of its JSON or, if it has a media, its own.
   * `undefined` when there is none of that digest.
   */
  read(digest: string, range?: ByteRange): Promise<BlobReading | undefined> {
    return this.access.store.read(digest, range);
  }

  /** Keeps a value, whatever its size, to be named in interventions (`ref`). Throws `not_json`. */
  put(value: Json): Promise<BlobRef> {
    return putValue(value, this.access.store);
  }

  /** Payloads as Temporal keeps them: through the codecs. */
  encodePayloads(payloads: readonly Payload[]): Promise<readonly Payload[]> {
    return encodePayloads(this.access, payloads);
  }

  /** Payloads of a history in plain, what of them lies in the store included. Throws `unknown_key`, `not_opened`. */
  decodePayloads(payloads: readonly Payload[]): Promise<readonly Payload[]> {
    return decodePayloads(this.access, payloads);
  }

  /** Resolves when the server answers; throws `NotReachableError` or `unknown_namespace` within 1.5 s. */
  ping(): Promise<void> {
    return ping(this.access);
  }

  /** Who polls the task queue that runs get if they do not say. Throws as `ping`. */
  pollers(): Promise<Pollers> {
    return pollersOf(this.access);
  }

  async close(): Promise<void> {
    await this.access.client.connection.close();
    await this.access.storage.close();
  }
}

const idOf = (run: Run<unknown> | string): string => (typeof run === 'string' ? run : run.id);
