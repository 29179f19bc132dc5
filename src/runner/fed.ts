import type { Code, Given, Ports } from '../graph/ports.js';
import type { Snapshotted } from '../store/workflows.js';
import type { Json } from '../value/json.js';
import type { Accepted, FeedOptions } from './feed-input.js';
import type { InputFailure, Results, ResultsOptions } from './results.js';
import type { Stopped, StopOptions } from './stop-workflow.js';
import type { WorkflowView } from './workflow-view.js';

/**
 * A workflow that is fed inputs, one after another. It is asked when it is used: who is unknown is `not_found` then. `M`:
 * outputs that `getResults` gives as lists.
 */
export interface Fed<I extends Ports, O extends Ports, M extends keyof O = never> extends AnyWorkflow {
  /** Gives it an input, kept durably when this ends. Throws `InvalidInputError`, `run_finished`. */
  run(input: Given<I>, options?: FeedOptions): Promise<Accepted>;
  /** By output: of those that are `many` a list in the order of inputs, else the value of the latest input that has one. */
  getResults(): Promise<OutputResults<O, M>>;
  getResults(options: ResultsOptions & { readonly failures: true }): Promise<ResultsAndFailures>;
  getResults(options: ResultsOptions): Promise<Results>;
}

/** One whose ports the compiler does not know: what it takes and gives is JSON, unless a graph was named. */
export interface AnyFed extends AnyWorkflow {
  run(input: Readonly<Record<string, unknown>>, options?: FeedOptions): Promise<Accepted>;
  getResults(options: ResultsOptions & { readonly failures: true }): Promise<ResultsAndFailures>;
  getResults(options?: ResultsOptions): Promise<Results>;
}

interface AnyWorkflow {
  readonly id: string;
  /** Every value that its nodes have produced, as JSON, in the order of the inputs. */
  getProductions(): Promise<readonly Json[]>;
  getWorkflow(): Promise<WorkflowView>;
  /** Saves its state as it is now, whatever its strategy; gives a cursor to resume from. */
  checkpoint(): Promise<string>;
  /** Latest first. */
  listSnapshots(): Promise<readonly Snapshotted[]>;
  /** Resolves when it has stopped. */
  stop(options?: StopOptions): Promise<Stopped>;
}

/** One that was started before, with its graph: which of its outputs are `many` is known only to it. */
export interface FedAgain<I extends Ports, O extends Ports> extends AnyWorkflow {
  run(input: Given<I>, options?: FeedOptions): Promise<Accepted>;
  getResults(): Promise<{ readonly [K in keyof O]: OutputOf<O, K> | OutputOf<O, K>[] | null }>;
  getResults(options: ResultsOptions & { readonly failures: true }): Promise<ResultsAndFailures>;
  getResults(options: ResultsOptions): Promise<Results>;
}

type OutputOf<O extends Ports, K extends keyof O> = Required<Code<O>>[K & keyof Code<O>];

/** In the types of code. */
export type OutputResults<O extends Ports, M extends keyof O> = {
  readonly [K in keyof O]: K extends M ? OutputOf<O, K>[] : OutputOf<O, K> | null;
};

export interface ResultsAndFailures {
  readonly results: Results;
  readonly failures: readonly InputFailure[];
}
