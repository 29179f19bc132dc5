import type { Engine } from '../../src/engine/engine.js';
import type { RunSource } from '../../src/run/source.js';

/** The record of a run, as one that drives its engine keeps it. */
export const sourceOf = (engine: Engine, inputs: RunSource['inputs'], run = 'source'): RunSource => ({
  run,
  plan: engine.plan,
  options: engine.options,
  inputs,
  settled: engine.inputs(),
  interventions: engine.interventions(),
  nodes: [...engine.nodes()],
  builds: {},
});
