/** What a run needs that only this process would execute: said before anything is started. */
import type { SentIntervention } from '../intervention/intervention.js';
import { INPUT, OVERRIDE } from '../intervention/intervention.js';
import { missingSteps, type StartedWith } from '../step/missing-steps.js';
import { createRegistry, type Registered } from '../step/registry.js';
import { EspalierError } from '../value/espalier-error.js';
import type { LoadedGraph } from './load/load-graph.js';

/** Steps that a run executes which is started like this. Throws `step_not_here`. */
export function requireSteps({ plan, registered, path }: LoadedGraph, startedWith: StartedWith): void {
  const missing = missingSteps(plan, createRegistry(registered), startedWith);
  if (missing.length > 0) throw notHere(missing, path, 'implementation that fits');
}

/** Operates and resolvers that the interventions name. Throws `step_not_here`. */
export function requireFunctions(sent: readonly SentIntervention[], { registered, path }: LoadedGraph): void {
  const registry = createRegistry(registered);
  const missing = sent.flatMap(({ kind, resolve }) => [
    ...(kind === INPUT || kind === OVERRIDE || registry.findOperate(kind) ? [] : [`operate ${kind}`]),
    ...(resolve === undefined || registry.findResolver(resolve.name) ? [] : [`resolver ${resolve.name}`]),
  ]);
  if (missing.length > 0) throw notHere([...new Set(missing)], path, 'such export');
}

/** Whether there is anything for a worker to execute. */
export const offersAnything = ({ steps = [], operates = [], resolvers = [] }: Registered): boolean =>
  steps.length + operates.length + resolvers.length > 0;

const notHere = (missing: readonly string[], path: string, what: string): EspalierError =>
  new EspalierError(
    'step_not_here',
    `nobody would execute ${missing.join(', ')}: ${path} brings no ${what} (--steps FOLDER adds some)`,
  );
