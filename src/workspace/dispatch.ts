import { deepFreeze } from '../graph/deep-freeze.js';
import { bundlesOf } from '../plan/bundles.js';
import { compile as compileDocument } from '../plan/compile.js';
import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';
import { labelled } from './clusters.js';
import { serial, type Executor, type Job } from './executors.js';
import { runJob, type Host } from './host.js';
import { interventionList, type Interventions } from './interventions.js';
import type { JobOptions, Plugin, Recipe } from './recipe.js';
import type { Workspace } from './workspace.js';

export interface DispatchOptions extends Omit<JobOptions, 'concurrency' | 'taskQueue'> {
  /** Where it runs. */
  readonly on: Host;
  /** By port; that of an open port by its address (`up/$in.text`). */
  readonly input?: JsonObject;
  /** Instead of the workspace's own. */
  readonly interventions?: Interventions;
  /** Default `serial()`. */
  readonly executor?: Executor;
  /** Each is given what the one before it gave. */
  readonly plugins?: readonly Plugin[];
}

/**
 * Runs a compiled workspace; the new one has the outputs of all nodes in its memory, over those that were there. Stage
 * after stage, unless `schedule` is `dataflow`. Throws `not_compiled`, `RunFailedError`, and what a start throws.
 */
export async function dispatch(workspace: Workspace, options: DispatchOptions): Promise<Workspace> {
  const { on, executor = serial() } = options;
  const job = jobOf(workspace, options);
  const made = await executor(job, wanted => runJob(on, `${workspace.name}-${crypto.randomUUID()}`, job, wanted));
  return Object.freeze({ ...workspace, drafting: deepFreeze({ memory: { ...workspace.drafting.memory, ...made } }) });
}

function jobOf(workspace: Workspace, options: DispatchOptions): Job {
  const { name, graph: document, clusters, plan, bundles } = workspace;
  if (!plan || !bundles) {
    throw new EspalierError('not_compiled', `workspace "${name}" has no plan: dispatch what \`compile\` gives`);
  }
  const { on, input = {}, interventions = workspace.interventions, executor, plugins = [], ...settings } = options;
  const graph = labelled(document, clusters);
  const first: Recipe = {
    graph,
    input,
    interventions: interventionList(interventions),
    options: { schedule: 'stages', ...settings },
  };
  const recipe = plugins.reduce((before, plugin) => plugin(before), first);
  if (recipe.graph === graph) return { ...recipe, plan, tasks: bundles };
  const changed = compileDocument(recipe.graph);
  return { ...recipe, plan: changed, tasks: bundlesOf(changed) };
}
