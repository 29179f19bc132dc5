import type { Value } from '../value/value.js';
import { stopRun } from './ending.js';
import type { Started } from './event.js';
import { createScope } from './scoped.js';
import { settle } from './settle.js';
import type { State } from './state.js';
import { setTimer } from './timers.js';

/** Opens the root scope with the run's inputs. What is missing is said all at once, before anything runs. */
export function begin(state: State, event: Started): void {
  if (state.scopes.has(0)) return;
  const { inputs, open } = state.plan;
  const root = createScope(state, 0);
  const missing: string[] = [];
  const give = (slot: number, address: string, value: Value | undefined, required: boolean): void => {
    if (value === undefined && required) missing.push(address);
    else settle(state, root, slot, value ?? null);
  };
  inputs.forEach((input, k) => {
    const address = `$in.${input.name}`;
    give(k, address, event.inputs[address] ?? input.default, !input.optional);
  });
  open.forEach((port, k) => give(inputs.length + k, port.address, event.inputs[port.address], true));
  if (missing.length > 0) return refuse(state, missing);
  if (state.options.deadline !== undefined) {
    setTimer(state, state.now + state.options.deadline, { kind: 'runDeadline' });
  }
  if (root.open === 0) state.endedScopes.push(root);
}

function refuse(state: State, missing: readonly string[]): void {
  const [first = ''] = missing;
  const message = `missing input: ${missing.join(', ')}`;
  stopRun(state, {
    status: 'failed',
    error: { code: 'missing_input', address: first, message, details: { missing } },
  });
}
