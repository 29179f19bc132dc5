import { outputCount } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import { nodeOf } from './state.js';
import type { COMPLETED, FAILED, Scope, SKIPPED, State } from './state.js';
import { cancelTimersOf } from './timers.js';

/** The one place where a slot gets its value (`null`: absent). Nodes whose inputs are all settled by it come up for decision. */
export function settle(state: State, scope: Scope, slot: number, value: Value | null): void {
  if (scope.slots[slot] !== undefined) return;
  scope.slots[slot] = value;
  const index = state.index[scope.body];
  if (!index) return;
  const end = index.offsets[slot + 1] ?? 0;
  for (let r = index.offsets[slot] ?? 0; r < end; r += 1) {
    const node = index.readers[r] ?? 0;
    const waits = (scope.waits[node] ?? 0) - 1;
    scope.waits[node] = waits;
    if (waits === 0) state.settled.push({ scope, node });
  }
}

/** Ends a node: its outputs settle, its timers are forgotten, and with the last one its scope ends. */
export function endNode(
  state: State,
  scope: Scope,
  node: number,
  status: typeof COMPLETED | typeof SKIPPED | typeof FAILED,
  output: (k: number) => Value | null,
): void {
  const planned = nodeOf(state, scope, node);
  scope.status[node] = status;
  scope.gathering.delete(node);
  scope.notHere.delete(node);
  scope.scoped.delete(node);
  scope.open -= 1;
  cancelTimersOf(state, scope.id, node);
  const outputs = outputCount(state.plan, planned);
  for (let k = 0; k < outputs; k += 1) settle(state, scope, planned.out + k, output(k));
  if (scope.open === 0) state.endedScopes.push(scope);
}
