import { outputNames } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import type { Found } from './event.js';
import { completeNode } from './finish-node.js';
import { stopLooking } from './forget-known.js';
import type { Known } from './known.js';
import { markOverridden } from './settle.js';
import { addressOf, CACHED, generationOf, nodeOf } from './state.js';
import type { Scope, State } from './state.js';

/** Notes how nodes end that are known before they would run; what is known already stays. */
export function note(state: State, known: readonly Known[]): void {
  for (const node of known) if (!state.known.has(node.at)) state.known.set(node.at, node);
}

/** Asks the step cache for all of the plan at once, where that can have something; until it has answered nothing is decided. */
export function askCache(state: State, inputs: Readonly<Record<string, Value>>): void {
  const { plan, options } = state;
  if (options.cache === 'bypass' || options.cache === 'refresh') return;
  if (!plan.contracts.some(contract => contract.cache)) return;
  const exec = state.next.exec++;
  state.lookUp = exec;
  const interventions = state.received.filter(({ withdrawn }) => !withdrawn).map(({ sent }) => sent);
  state.commands.push({ kind: 'lookUp', exec, address: '!lookup', inputs, interventions });
}

/** The cache has answered; an answer that is not waited for any more changes nothing. */
export function found(state: State, { exec, known }: Found): void {
  if (!endLookUp(state, exec)) return;
  note(state, known);
}

/** True if it was under way. Without an answer every node looks for itself. */
export function endLookUp(state: State, exec: number): boolean {
  if (state.lookUp !== exec) return false;
  stopLooking(state);
  return true;
}

/** Ends a node that is about to run as it is known to end; false if that is not known. */
export function endAsKnown(state: State, scope: Scope, node: number): boolean {
  if (state.known.size === 0) return false;
  const address = addressOf(state, scope, node);
  const known = state.known.get(address);
  // What is done again is wanted anew.
  if (!known || !state.known.delete(address) || generationOf(scope, node) > 1) return false;
  scope.origins.set(node, known.from);
  noteInside(state, known);
  if (known.overridden) markOverridden(state, scope, node);
  const outputs = outputNames(state.plan, nodeOf(state, scope, node)).map(name => known.outputs[name] ?? null);
  completeNode(state, scope, node, outputs, CACHED, known.seen);
  return true;
}

/** What was used in scopes that are not opened again, was used. */
function noteInside({ byId }: State, { used = [] }: Known): void {
  for (const id of used) {
    const received = byId.get(id);
    if (received && !received.withdrawn) received.used = true;
  }
}
