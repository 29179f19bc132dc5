import type { FedResult } from '../engine/fed.js';
import type { AnyGraph } from '../graph/contract.js';
import { prepare, type Prepared } from '../step/runnable.js';
import { saveWorkflow } from '../step/save-workflow.js';
import type { Snapshotted } from '../store/workflows.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import type { AnyFed, ResultsAndFailures } from './fed.js';
import { feedInput, type Accepted, type FeedOptions } from './feed-input.js';
import type { House } from './house.js';
import type { Started } from './launch-workflow.js';
import { NO_MEMORY, remembered, resultsOf, type Memory, type Reading } from './memory.js';
import { notOver } from './not-over.js';
import { failuresOf, isOfOutputs, pickResults, productionsOf, type Results, type ResultsOptions } from './results.js';
import { snapshotOf, soFar, stateOf, type WorkflowState } from './state.js';
import { stopWorkflow, type Stopped, type StopOptions } from './stop-workflow.js';
import { told } from './telemetry.js';
import { readStart, type WorkflowStart } from './workflow-start.js';
import { viewOf, type WorkflowView } from './workflow-view.js';

/** What a handle knows without asking. */
export interface Known {
  /** Says what inputs and outputs look like in code. */
  readonly graph?: AnyGraph | undefined;
  readonly memory?: Memory;
  readonly start?: Started;
}

/** A workflow of a runner, by its id. */
export class FedHandle implements AnyFed {
  private readonly graph: AnyGraph | undefined;
  private readonly memory: Memory;
  private readonly store: Reading;
  private start: Known['start'];
  private prepared: Promise<Prepared> | undefined;

  constructor(
    private readonly house: House,
    readonly id: string,
    { graph, memory = NO_MEMORY, start }: Known = {},
  ) {
    this.graph = graph;
    this.memory = memory;
    this.store = remembered(memory, house.blobs);
    this.start = start;
  }

  async run(input: Readonly<Record<string, unknown>>, options: FeedOptions = {}): Promise<Accepted> {
    this.prepared ??= this.prepare();
    try {
      const fed = feedInput(this.house, this.id, await this.prepared, { ...input }, options);
      return await notOver(this.house, this.id, fed);
    } catch (error) {
      // It may have been started anew, with another graph.
      this.prepared = undefined;
      this.start = undefined;
      throw error;
    }
  }

  getResults(options: ResultsOptions & { readonly failures: true }): Promise<ResultsAndFailures>;
  getResults(options?: ResultsOptions): Promise<Results>;
  async getResults(options: ResultsOptions = {}): Promise<Results | ResultsAndFailures> {
    const state = await stateOf(this.house, this.id);
    const { plan, many } = await this.startOf(state);
    const { graph, store } = this;
    const all = await this.all(state, isOfOutputs({ plan }, options));
    const results = await pickResults({ plan, many, graph, store }, all, options);
    return options.failures ? { results, failures: failuresOf(all) } : results;
  }

  async getProductions(): Promise<readonly Json[]> {
    const state = await stateOf(this.house, this.id);
    const { plan } = await this.startOf(state);
    return productionsOf(plan, await this.all(state), this.store);
  }

  async getWorkflow(): Promise<WorkflowView> {
    const state = await stateOf(this.house, this.id);
    // Ended inputs are looked at only for what has failed.
    const results = state.feed.failed > 0 ? await this.all(state) : state.open.map(soFar);
    return viewOf(state, await this.startOf(state), failuresOf(results));
  }

  checkpoint(): Promise<string> {
    return notOver(this.house, this.id, this.save());
  }

  async listSnapshots(): Promise<readonly Snapshotted[]> {
    const { workflows, name: runner } = this.house;
    const snapshots = await workflows.list({ runner, id: this.id });
    // Who has none may be nobody.
    if (snapshots.length === 0) await stateOf(this.house, this.id);
    return snapshots;
  }

  stop(options: StopOptions = {}): Promise<Stopped> {
    const { house, id } = this;
    return told(house, id, 'stop', () => notOver(house, id, stopWorkflow(house, id, options)));
  }

  private async save(): Promise<string> {
    const { state, snapshot } = await snapshotOf(this.house, this.id);
    const goesOn = state.status === 'running' || state.status === 'paused';
    // What is being cancelled could only be resumed to end.
    if (goesOn && snapshot.ending === null) {
      return saveWorkflow(this.house, state.workflow, 'manual', snapshot);
    }
    throw new EspalierError('run_finished', `workflow ${quote(this.id)} has ended (${state.status})`);
  }

  /** Results of all inputs, by number; of those under way, what there is of them. */
  private async all(state: WorkflowState, leaves = false): Promise<readonly FedResult[]> {
    const ended = await resultsOf(state.feed, this.store, this.memory, leaves);
    return [...ended, ...state.open.map(soFar)].sort((a, b) => a.seq - b.seq);
  }

  private async startOf({ workflow: { start } }: WorkflowState): Promise<WorkflowStart> {
    // It was started anew under its id if that is another one.
    if (this.start?.[0] !== start) this.start = [start, await readStart(start, this.store)];
    return this.start[1];
  }

  private async prepare(): Promise<Prepared> {
    const { plan } = this.start?.[1] ?? (await this.startOf(await stateOf(this.house, this.id)));
    if (!this.graph) return prepare(plan);
    const own = prepare(this.graph);
    if (own.plan.hash === plan.hash) return own;
    const message = `workflow ${quote(this.id)} was started with another graph than this "${this.graph.id}"`;
    throw new EspalierError('another_graph', message);
  }
}
