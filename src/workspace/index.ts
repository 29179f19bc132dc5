/** A graph with its clusters, interventions, plan and results as one value: compiled, then dispatched as often as needed. */
export {
  createWorkspace,
  updateGraph,
  withClusters,
  withInterventions,
  type Memory,
  type Workspace,
  type WorkspaceParts,
} from './workspace.js';
export { compile, type Compiled } from './compile.js';
export { dispatch, type DispatchOptions } from './dispatch.js';
export { parallel, pool, serial, type Executor, type Job, type RunJob } from './executors.js';
export type { Clusters } from './clusters.js';
export type { Host, LocalHost } from './host.js';
export type { Change, Interventions } from './interventions.js';
export type { JobOptions, Plugin, Recipe } from './recipe.js';
