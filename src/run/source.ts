import type { InterventionState, NodeState } from '../engine/engine.js';
import type { RunOptions } from '../engine/options.js';
import type { Plan } from '../plan/plan.js';
import type { Value } from '../value/value.js';

/** The record of a run, as a fork of it or a comparison with it needs it. JSON. */
export interface RunSource {
  readonly run: string;
  readonly plan: Plan;
  readonly options: RunOptions;
  /** What it was given at its start, by address. */
  readonly inputs: Readonly<Record<string, Value>>;
  /** What its inputs have settled to, defaults and interventions included. */
  readonly settled: Readonly<Record<string, Value>>;
  readonly interventions: readonly InterventionState[];
  readonly nodes: readonly NodeState[];
  /** Addresses of nodes that have failed, those of items and iterations that have ended included. */
  readonly failed?: readonly string[];
  /** Which build of the code executed a node, by address, where a worker has said so. */
  readonly builds: Readonly<Record<string, string>>;
}
