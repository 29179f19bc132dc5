import { inputAddress } from '../intervention/bind.js';
import type { Awaited } from '../plan/plan.js';
import { stopRun } from './ending.js';
import type { Failure } from './failure.js';
import { settleInput } from './replan.js';
import type { Scope, State } from './state.js';
import { setTimer } from './timers.js';

/** An input of the graph that may still come: until its deadline, if it has one. */
export function awaitInput(state: State, slot: number, { deadline }: Awaited): void {
  if (deadline !== undefined) setTimer(state, state.now + deadline, { kind: 'awaited', slot });
}

/** The deadline of an awaited input: its default stands in, or the run fails. */
export function giveUpInput(state: State, slot: number): void {
  const root = state.scopes.get(0);
  if (!root || root.slots[slot] !== undefined || root.covers?.slots.has(slot)) return;
  const { inputs, open } = state.plan;
  const port = inputs[slot] ?? open[slot - inputs.length];
  if (port?.default) return settleInput(state, root, slot, port.default);
  const message = `nothing was supplied within ${port?.awaited?.deadline} ms`;
  failInput(state, root, slot, { code: 'deadline', message });
}

/** An input that was taken back after its deadline is not waited for again. */
export function giveUpIfLate(state: State, slot: number): void {
  const { inputs, open } = state.plan;
  if ((inputs[slot] ?? open[slot - inputs.length])?.awaited?.deadline === undefined) return;
  for (const { purpose } of state.timers.values()) if (purpose.kind === 'awaited' && purpose.slot === slot) return;
  giveUpInput(state, slot);
}

/** An input can't be had: that is a failure of the run, or it is absent where failures do not stop it. */
export function failInput(state: State, root: Scope, slot: number, error: Failure): void {
  failPort(state, root, { ...error, address: error.address ?? inputAddress(state.plan, slot) });
  if (!state.ending) settleInput(state, root, slot, null);
}

/** A failure that no node has: it stops the run, unless failures do not. */
export function failPort(state: State, scope: Scope, failure: Failure): void {
  state.failures.push(failure);
  const onFailure = state.options.onFailure ?? state.plan.onFailure;
  if (onFailure === 'stop' && !scope.parent) stopRun(state, { status: 'failed', error: failure });
}
