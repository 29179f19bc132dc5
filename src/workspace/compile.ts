import { deepFreeze } from '../graph/deep-freeze.js';
import { bundlesOf, type Bundle } from '../plan/bundles.js';
import { compile as compileDocument } from '../plan/compile.js';
import type { Plan } from '../plan/plan.js';
import { labelled } from './clusters.js';
import type { Workspace } from './workspace.js';

export interface Compiled {
  readonly plan: Plan;
  readonly bundles: readonly Bundle[];
}

/**
 * The workspace with its plan and bundles, for any number of dispatches. Pure: the same graph and clusters give the same
 * plan hash. Throws `InvalidGraphError` with everything that is wrong.
 */
export const compile = (workspace: Workspace): Workspace & Compiled => {
  const plan = compileDocument(labelled(workspace.graph, workspace.clusters));
  return Object.freeze({ ...workspace, plan, bundles: deepFreeze(bundlesOf(plan)) });
};
