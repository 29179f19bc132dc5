import type { Access } from '../client/access.js';
import { Updates } from '../client/updates.js';
import { Views } from '../client/views.js';
import type { Document } from '../document/document.js';
import { isGraph, type AnyGraph } from '../graph/contract.js';
import type { Graph } from '../graph/graph.js';
import type { Ports } from '../graph/ports.js';
import type { Plan } from '../plan/plan.js';
import { prepare, type Runnable } from '../step/runnable.js';
import type { Storage } from '../store/storage.js';
import type { Snapshotted } from '../store/workflows.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Json } from '../value/json.js';
import { AlreadyStartedError } from './already-started-error.js';
import type { AnyFed, Fed, FedAgain, ResultsAndFailures } from './fed.js';
import { FedHandle, type Known } from './fed-handle.js';
import type { Accepted, FeedOptions } from './feed-input.js';
import type { House } from './house.js';
import { beginWorkflow } from './launch-workflow.js';
import { latestRun } from './latest-run.js';
import { listWorkflows } from './list-workflows.js';
import { checkRunnerName, checkWorkflowId } from './names.js';
import { openStore, type RunnerStore } from './open-store.js';
import { resumeWorkflow, type ResumeOptions } from './resume-workflow.js';
import type { Rehydration } from './rehydrate.js';
import type { Results, ResultsOptions } from './results.js';
import type { Stopped, StopOptions } from './stop-workflow.js';
import { NodeWatch } from './node-watch.js';
import { Teller, told, type Listener, type TelemetryKind } from './telemetry.js';
import { watchedBlobs } from './watched-blobs.js';
import type { WorkflowOptions } from './workflow-options.js';
import type { WorkflowView } from './workflow-view.js';

export interface RunnerOptions extends RunnerStore {
  /** Stands in the ids of its runs; any number of programs may have a runner of the same name. */
  readonly name: string;
}
/** What a resume did. */
export interface Resumed<F = AnyFed> {
  readonly workflow: F;
  readonly rehydration: Rehydration;
  /** How many of the values that nodes have given are in memory, and how many are not. */
  readonly loaded: number;
  readonly refs: number;
}

/**
 * Hosts workflows that live as long as they are wanted: they are fed inputs, can be asked for results at any time, stopped
 * and resumed. Each is one run, `<runner>/<id>`; nothing of it is kept here.
 */
export class Runner {
  private isOpen = true;
  private readonly nodes: NodeWatch;

  private constructor(
    private readonly house: House,
    private readonly storage: Storage,
    private readonly closeStore: () => Promise<void>,
  ) {
    this.nodes = new NodeWatch(house);
  }

  /** Throws `invalid_option` without a name, `store_not_open` for a store that can't be used. */
  static async open(access: Access, options: RunnerOptions): Promise<Runner> {
    const { name } = options;
    checkRunnerName(name);
    const { storage, close } = await openStore(access, options);
    const teller = new Teller();
    const blobs = watchedBlobs(storage.blobs, told => teller.tell('store', { runner: name, ...told }));
    const workflows = (await storage.database()).workflows(access.namespace);
    const channels = { access, updates: new Updates(access), views: new Views(access, undefined, Infinity) };
    return new Runner({ ...channels, name, blobs, workflows, teller }, storage, close);
  }

  get name(): string {
    return this.house.name;
  }

  /** Starts a workflow; of one that was stopped it forgets what was. Throws `already_started` with its handle if it runs. */
  async startWorkflow<I extends Ports, O extends Ports, At, const M extends keyof O & string = never>(
    id: string,
    graph: Graph<string, I, O, At>,
    options?: WorkflowOptions<M>,
  ): Promise<Fed<I, O, M>>;
  async startWorkflow(id: string, source: Document | Plan, options?: WorkflowOptions): Promise<AnyFed>;
  async startWorkflow(id: string, source: Runnable, options: WorkflowOptions = {}): Promise<AnyFed> {
    checkWorkflowId(id);
    const graph = isGraph(source) ? source : undefined;
    const house = this.open();
    return told(house, id, 'start', async () => {
      const start = await beginWorkflow(house, id, prepare(source).plan, options);
      if (!start) throw new AlreadyStartedError(this.name, this.handle(id, { graph }));
      this.nodes.add(id);
      return this.handle(id, { graph, start });
    });
  }

  /** The handle of a workflow, without asking whether there is one. With its graph it speaks the types of code. */
  via<I extends Ports, O extends Ports, At>(id: string, graph: Graph<string, I, O, At>): FedAgain<I, O>;
  via(id: string): AnyFed;
  via(id: string, graph?: AnyGraph): AnyFed {
    checkWorkflowId(id);
    return this.handle(id, { graph });
  }

  /** The handle of a workflow that runs; else null. */
  async lookup(id: string): Promise<AnyFed | null> {
    checkWorkflowId(id);
    return (await latestRun(this.open(), id)).isRunning ? this.via(id) : null;
  }

  /** Ids of the workflows that run, as the visibility store knows them: some 50 ms behind. */
  listWorkflows(): Promise<readonly string[]> {
    return listWorkflows(this.open());
  }

  run(id: string, input: Readonly<Record<string, unknown>>, options?: FeedOptions): Promise<Accepted> {
    return this.via(id).run(input, options);
  }

  getResults(id: string, options: ResultsOptions & { readonly failures: true }): Promise<ResultsAndFailures>;
  getResults(id: string, options?: ResultsOptions): Promise<Results>;
  getResults(id: string, options: ResultsOptions = {}): Promise<Results | ResultsAndFailures> {
    return this.via(id).getResults(options);
  }

  getProductions(id: string): Promise<readonly Json[]> {
    return this.via(id).getProductions();
  }

  getWorkflow(id: string): Promise<WorkflowView> {
    return this.via(id).getWorkflow();
  }

  checkpoint(id: string): Promise<string> {
    return this.via(id).checkpoint();
  }

  listSnapshots(id: string): Promise<readonly Snapshotted[]> {
    return this.via(id).listSnapshots();
  }

  stop(id: string, options?: StopOptions): Promise<Stopped> {
    return this.via(id).stop(options);
  }

  /**
   * Goes on with a workflow from where it was saved last. Throws `already_started` if it runs, `not_found` if nothing was
   * saved, `snapshot_newer`, `hydration_failed`.
   */
  async resume<I extends Ports, O extends Ports, At>(
    id: string,
    options: ResumeOptions & { readonly graph: Graph<string, I, O, At> },
  ): Promise<Resumed<FedAgain<I, O>>>;
  async resume(id: string, options?: ResumeOptions): Promise<Resumed>;
  async resume(id: string, options: ResumeOptions & { readonly graph?: AnyGraph } = {}): Promise<Resumed> {
    checkWorkflowId(id);
    const { rehydration = 'full', graph } = options;
    const house = this.open();
    return told(house, id, 'start', async () => {
      const began = performance.now();
      const resumed = await resumeWorkflow(house, id, options);
      if (!resumed) throw new AlreadyStartedError(this.name, this.handle(id, { graph }));
      const { memory, start, loaded, refs } = resumed;
      const about = { runner: this.name, workflow: id, rehydration, loaded, refs };
      house.teller.tell('rehydration', { ...about, ms: performance.now() - began });
      this.nodes.add(id);
      return { workflow: this.handle(id, { graph, memory, start }), rehydration, loaded, refs };
    });
  }

  /** Where its workflows are saved. */
  getStore(): Storage {
    return this.storage;
  }

  /** Calls the listener from now on; gives what ends that. What it throws harms nothing. */
  on<K extends TelemetryKind>(kind: K, listener: Listener<K>): () => void {
    const off = this.house.teller.on(kind, listener);
    if (kind === 'node') this.nodes.begin();
    return off;
  }

  /** Closes what is its own: the store, unless one was given. Workflows go on. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.nodes.end();
    this.house.teller.tell('runner', { phase: 'stop', runner: this.name });
    await this.closeStore();
  }

  private open(): House {
    if (this.isOpen) return this.house;
    throw new EspalierError('runner_closed', `runner ${this.name} is closed`);
  }

  private handle(id: string, known: Known): FedHandle {
    return new FedHandle(this.open(), id, known);
  }
}
