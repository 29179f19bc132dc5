import { inputAddress, missingInputs } from '../intervention/bind.js';
import { stopRun } from './ending.js';
import type { Started } from './event.js';
import { askCache, note } from './known-nodes.js';
import { awaitInput } from './input-ports.js';
import { replan } from './replan.js';
import { createScope } from './scoped.js';
import { holdAtInput } from './breakpoints.js';
import { settle } from './settle.js';
import type { Scope, State } from './state.js';
import { setTimer } from './timers.js';

/** Opens the root scope with the run's inputs. What is missing is said all at once, before anything runs. */
export function begin(state: State, event: Started): void {
  if (state.scopes.has(0)) return;
  for (const received of state.received) if (received.at === 0) received.at = state.now;
  note(state, event.known ?? []);
  const root = createScope(state, 0);
  const { inputs, open } = state.plan;
  const slots = Array.from({ length: inputs.length + open.length }, (_, slot) => slot);
  for (const slot of slots) if (event.inputs[inputAddress(state.plan, slot)]) giveExplicitly(state, root, slot, event);
  replan(state, root);
  const missing = missingInputs(state.plan, new Set(Object.keys(event.inputs)), root.covers, root.need);
  if (missing.length > 0) return refuse(state, missing);
  for (const slot of slots) giveOtherwise(state, root, slot);
  if (state.options.deadline !== undefined) {
    setTimer(state, state.now + state.options.deadline, { kind: 'runDeadline' });
  }
  if (root.open === 0) state.endedScopes.push(root);
  else askCache(state, event.inputs);
}

/** An explicit input beats an intervention there [I1]. */
function giveExplicitly(state: State, root: Scope, slot: number, { inputs }: Started): void {
  const beaten = root.covers?.slots.get(slot);
  root.covers?.slots.delete(slot);
  const received = beaten && state.byId.get(beaten.sent.id);
  if (received) received.why = 'the input was given explicitly';
  settle(state, root, slot, inputs[inputAddress(state.plan, slot)] ?? null);
  if (state.breakpoints.length > 0) holdAtInput(state, root, slot);
}

/** What was not given: it is waited for, has its default, or is absent. */
function giveOtherwise(state: State, root: Scope, slot: number): void {
  const { inputs, open } = state.plan;
  const port = inputs[slot] ?? open[slot - inputs.length];
  const isCovered = root.covers?.slots.has(slot) ?? false;
  // Also where something stands in: that may be taken back.
  if (port?.awaited && (isCovered || root.slots[slot] === undefined)) return awaitInput(state, slot, port.awaited);
  if (!isCovered && root.slots[slot] === undefined) settle(state, root, slot, port?.default ?? null);
}

function refuse(state: State, missing: readonly string[]): void {
  const [first = ''] = missing;
  const message = `missing input: ${missing.join(', ')}`;
  stopRun(state, {
    status: 'failed',
    error: { code: 'missing_input', address: first, message, details: { missing } },
  });
}
