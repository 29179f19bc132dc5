import { createCovers } from '../intervention/covers.js';
import { endSources, needOf, type Need } from '../intervention/need.js';
import { outputCount } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import { holdAtInput } from './breakpoints.js';
import { setStatus } from './changes.js';
import { finishAgain, shortCircuit } from './finish-node.js';
import { recount } from './reopen.js';
import { settle, unqueue, unsettle } from './settle.js';
import { bodyOf, CACHED, COMPLETED, nodeOf, PRUNED, QUEUED, SHORT_CIRCUITED, WAITING } from './state.js';
import { countOpen } from './stages.js';
import type { Scope, State } from './state.js';
import { tendStreams } from './stream-room.js';
import { askResolver, payloadOf } from './supply.js';

const NO_COVERS = createCovers();

/**
 * Works out anew what the rest of a scope needs [I9]: nodes that interventions supply are short-circuited, those that
 * nothing needs any more are pruned (and come back), resolvers whose value is needed are called. O(nodes + edges).
 */
export function replan(state: State, scope: Scope): void {
  if (!scope.covers && !state.options.prune) return;
  const need = planAgain(state, scope);
  for (let node = 0; node < scope.status.length; node += 1) replanNode(state, scope, node, need);
  demand(state, scope);
  tendStreams(state, scope);
}

/** The need of a scope as it is now; of a restored one as it was. */
export function planAgain(state: State, scope: Scope): Need {
  const isDone = (node: number): boolean => !isOpen(scope, node);
  const options = { prune: state.options.prune ?? false, isDone };
  return (scope.need = needOf(state.plan, bodyOf(state, scope), scope.covers ?? NO_COVERS, options));
}

function isOpen(scope: Scope, node: number): boolean {
  const status = scope.status[node];
  return status === WAITING || status === QUEUED || status === PRUNED;
}

function replanNode(state: State, scope: Scope, node: number, need: Need): void {
  if (!isOpen(scope, node)) return;
  const supplied = need.supplied[node] === 1;
  const runs = need.runs[node] === 1;
  if (scope.status[node] === PRUNED) {
    if (!supplied && !runs) return;
    countOpen(state, scope, node, 1);
    setStatus(state, scope, node, WAITING);
    recount(state, scope, node);
  }
  if (supplied) {
    unqueue(state, scope, node);
    shortCircuit(state, scope, node);
  } else if (!runs) prune(state, scope, node);
}

function prune(state: State, scope: Scope, node: number): void {
  unqueue(state, scope, node);
  setStatus(state, scope, node, PRUNED);
  countOpen(state, scope, node, -1);
  if (scope.open === 0) state.endedScopes.push(scope);
}

/** What somebody needs now and nobody has asked for. */
function demand(state: State, scope: Scope): void {
  demandForms(state, scope);
  for (const [slot, cover] of scope.covers?.slots ?? []) {
    if (cover.sent.value && scope.slots[slot] !== undefined) continue;
    const { place } = cover.target;
    if (place.kind === 'input' && scope.slots[slot] === undefined) {
      const value = payloadOf(scope, cover);
      if (value) settleInput(state, scope, slot, value);
      else if (scope.need?.slots[slot] === 1) askResolver(state, scope, cover);
    } else if (place.kind === 'output' && isLeftOut(scope, slot, place.node) && payloadOf(scope, cover) === undefined) {
      const computed = isComputed(scope, place.node) ? computedOf(state, scope, place.node) : null;
      unsettle(state, scope, slot);
      finishAgain(state, scope, place.node, computed);
    }
  }
}

/** What nodes read through a port they ask for themselves. */
function demandForms(state: State, scope: Scope): void {
  if (!scope.covers || scope.covers.forms.size === 0) return;
  const ends = endSources(state.plan, bodyOf(state, scope), scope.covers);
  for (const [source, cover] of scope.covers.forms) {
    if (ends.has(source) && !scope.forms.has(source)) askResolver(state, scope, cover);
  }
}

/** A resolver was not called since nobody needed its value; now somebody does. */
function isLeftOut(scope: Scope, slot: number, node: number): boolean {
  const status = scope.status[node];
  const ended = status === SHORT_CIRCUITED || isComputed(scope, node);
  return ended && scope.slots[slot] === null && scope.need?.slots[slot] === 1;
}

const isComputed = ({ status }: Scope, node: number): boolean => status[node] === COMPLETED || status[node] === CACHED;

/** What the step of a node that has ended gave, by output. */
export function computedOf(state: State, scope: Scope, node: number): readonly (Value | null)[] {
  const planned = nodeOf(state, scope, node);
  return Array.from({ length: outputCount(state.plan, planned) }, (_, k) => {
    const slot = planned.out + k;
    return (scope.computed.has(slot) ? scope.computed.get(slot) : scope.slots[slot]) ?? null;
  });
}

/** An input of the graph has its value. */
export function settleInput(state: State, scope: Scope, slot: number, value: Value | null): void {
  settle(state, scope, slot, value);
  if (state.breakpoints.length > 0) holdAtInput(state, scope, slot);
  if (scope.open === 0) state.endedScopes.push(scope);
}
