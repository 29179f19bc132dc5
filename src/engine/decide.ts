import type { PlanNode } from '../plan/plan.js';
import { failNode } from './fail.js';
import type { Failure } from './failure.js';
import { judge, resolve } from './resolve.js';
import { enqueue } from './schedule.js';
import { endScope } from './scoped.js';
import { endNode } from './settle.js';
import { nodeOf, SKIPPED, WAITING } from './state.js';
import type { Scope, State } from './state.js';

/** Works off what an event has brought up, and what that brings up: nodes to decide about, scopes to end. No recursion. */
export function decideAll(state: State): void {
  for (;;) {
    const settled = state.settled.shift();
    const ended = settled ? undefined : state.endedScopes.shift();
    if (settled) decideNode(state, settled.scope, settled.node);
    else if (ended) endScope(state, ended);
    else return;
  }
}

function decideNode(state: State, scope: Scope, node: number): void {
  if (state.ending || scope.status[node] !== WAITING || !state.scopes.has(scope.id)) return;
  const wanted = need(state, scope, node);
  if (wanted === 'run') enqueue(state, scope, node);
  else if (wanted === 'skip') endNode(state, scope, node, SKIPPED, () => null);
  else failNode(state, scope, node, wanted);
}

/**
 * Whether a node whose inputs have settled is to run: not if one of its guards is false, or reads something absent, or if
 * a required input is absent. Everything that decides about running a node decides here.
 */
function need(state: State, scope: Scope, node: number): 'run' | 'skip' | Failure {
  const body = state.plan.bodies[scope.body];
  const planned = nodeOf(state, scope, node);
  if (!body) return 'skip';
  for (const guard of planned.guards ?? []) {
    const verdict = judge(body, scope.slots, guard);
    if (verdict === false || verdict === 'absent') return 'skip';
    if (verdict !== true) return verdict;
  }
  const lacking = planned.in.some(
    (source, port) => isRequired(state, planned, port) && resolve(body, scope.slots, source) === null,
  );
  return lacking ? 'skip' : 'run';
}

function isRequired(state: State, node: PlanNode, port: number): boolean {
  if (node.kind === 'step') return !state.plan.contracts[node.contract]?.in[port]?.optional;
  return node.kind === 'sleep';
}
