import { readSources } from '../intervention/need.js';
import { conditionSources } from '../plan/body-index.js';
import { scopeInputs, type PlanNode } from '../plan/plan.js';
import { failNode } from './fail.js';
import type { Failure } from './failure.js';
import { inputAddress } from '../intervention/bind.js';
import { judge, resolve } from '../plan/resolve.js';
import { endAsKnown } from './known-nodes.js';
import { isStoodIn, prepareForms, prepareReaders } from './inputs.js';
import { enqueue } from './schedule.js';
import { endScope } from './scoped.js';
import { endNode } from './settle.js';
import { bodyOf, nodeOf, SKIPPED, WAITING } from './state.js';
import type { Scope, State } from './state.js';

/** Works off what an event has brought up, and what that brings up: nodes to decide about, scopes to end. No recursion. */
export function decideAll(state: State): void {
  // The cache is asked first: what it knows is not to run.
  if (state.lookUp !== null && !state.ending) return;
  for (;;) {
    const settled = state.settled.shift();
    const ended = settled ? undefined : state.endedScopes.shift();
    if (settled) decideNode(state, settled.scope, settled.node);
    else if (ended) endScope(state, ended);
    else return;
  }
}

function decideNode(state: State, scope: Scope, node: number): void {
  if (state.ending || scope.status[node] !== WAITING || scope.waits[node] !== 0) return;
  if (!state.scopes.has(scope.id)) return;
  const wanted = need(state, scope, node);
  if (wanted === 'run') {
    if (endAsKnown(state, scope, node)) return;
    if (prepareReaders(state, scope, node)) enqueue(state, scope, node);
  } else if (wanted === 'skip') endNode(state, scope, node, SKIPPED, () => null);
  else if (wanted !== 'wait') failNode(state, scope, node, wanted);
}

/**
 * Whether a node whose inputs have settled is to run: not if one of its guards is false, or reads something absent, or if
 * a required input is absent. It waits for what stands in for a port, once it needs that. Everything that decides about
 * running a node decides here.
 */
function need(state: State, scope: Scope, node: number): 'run' | 'skip' | 'wait' | Failure {
  const body = bodyOf(state, scope);
  const planned = nodeOf(state, scope, node);
  if (!prepareForms(state, scope, node, conditionSources(body, planned.guards))) return 'wait';
  for (const guard of planned.guards ?? []) {
    const verdict = judge(body, scope, guard);
    if (verdict === false || verdict === 'absent') return 'skip';
    if (verdict !== true) return verdict;
  }
  if (!prepareForms(state, scope, node, readSources(body, scope.covers, node))) return 'wait';
  const lacking = planned.in.filter(
    (source, port) =>
      isRequired(state, planned, port) && !isStoodIn(scope, node, port) && resolve(body, scope, source) === null,
  );
  const missing = lacking.find(source => isMissing(state, scope, source));
  if (missing !== undefined) return missingInput(state, missing);
  return lacking.length > 0 ? 'skip' : 'run';
}

/** An input that the graph requires and that was not needed when the run began: nobody gave it. */
function isMissing({ plan: { inputs, open } }: State, scope: Scope, source: number): boolean {
  if (scope.id !== 0 || source < 0 || scope.covers?.slots.has(source)) return false;
  const port = inputs[source] ?? open[source - inputs.length];
  return port !== undefined && port.awaited === undefined && inputs[source]?.optional !== true;
}

function missingInput({ plan }: State, slot: number): Failure {
  const address = inputAddress(plan, slot);
  return { code: 'missing_input', message: `missing input: ${address}`, address };
}

function isRequired(state: State, node: PlanNode, port: number): boolean {
  if (node.kind === 'step') return !state.plan.contracts[node.contract]?.in[port]?.optional;
  if (node.kind === 'sleep') return true;
  const made = scopeInputs(node)[port];
  return made !== undefined && !made.optional;
}
