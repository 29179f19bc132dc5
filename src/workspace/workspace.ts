import type { Document } from '../document/document.js';
import { isGraph, type AnyGraph } from '../graph/contract.js';
import type { Intervention } from '../intervention/intervention.js';
import type { Bundle } from '../plan/bundles.js';
import type { Plan } from '../plan/plan.js';
import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';
import { quote } from '../value/quote.js';
import type { Clusters } from './clusters.js';
import { interventionList, type Interventions } from './interventions.js';

/**
 * A graph, how it is to be run, and what came of it: a frozen value. `compile` and `dispatch` give a new one, as do the
 * functions here; none of them changes the one it is given.
 */
export interface Workspace {
  /** The ids of its runs begin with it. */
  readonly name: string;
  readonly graph: Document;
  /** The cluster of nodes, by id; where the graph says another, this one counts. */
  readonly clusters: Clusters;
  /** Of a dispatch that brings none of its own. */
  readonly interventions: readonly Intervention[];
  /** What `compile` made. */
  readonly plan?: Plan;
  readonly bundles?: readonly Bundle[];
  readonly drafting: { readonly memory: Memory };
}
/** Outputs of nodes by `node|port`, as JSON. */
export type Memory = JsonObject;

export interface WorkspaceParts {
  readonly clusters?: Clusters;
  readonly interventions?: Interventions;
}

/** Throws `invalid_option` for a name that no run could have. */
export function createWorkspace(
  name: string,
  graph: AnyGraph | Document,
  { clusters = {}, interventions = [] }: WorkspaceParts = {},
): Workspace {
  return Object.freeze({
    name: checkName(name),
    graph: isGraph(graph) ? graph.document : graph,
    clusters: Object.freeze({ ...clusters }),
    interventions: interventionList(interventions),
    drafting: Object.freeze({ memory: Object.freeze({}) }),
  });
}

/** With another graph, such as `graph => addEdge(graph, 'a.x', 'b.y')`; it is not compiled then. */
export function updateGraph(workspace: Workspace, change: (graph: Document) => Document): Workspace {
  const graph = change(workspace.graph);
  return graph === workspace.graph ? workspace : Object.freeze({ ...uncompiled(workspace), graph });
}

/** With these clusters instead; it is not compiled then. */
export const withClusters = (workspace: Workspace, clusters: Clusters): Workspace =>
  Object.freeze({ ...uncompiled(workspace), clusters: Object.freeze({ ...clusters }) });

/** With these interventions instead; its plan does not depend on them. */
export const withInterventions = (workspace: Workspace, interventions: Interventions): Workspace =>
  Object.freeze({ ...workspace, interventions: interventionList(interventions) });

function uncompiled({ plan, bundles, ...rest }: Workspace): Workspace {
  return rest;
}

const LONGEST_NAME = 100;

function checkName(name: string): string {
  if (name !== '' && name.length <= LONGEST_NAME && name === name.trim()) return name;
  const expected = `1 to ${LONGEST_NAME} characters without blanks around them`;
  throw new EspalierError('invalid_option', `name: expected ${expected}, got ${quote(name)}`);
}
