import type { Value } from '../value/value.js';
import type { Failure } from './failure.js';
import { hasSettled, resolve } from '../plan/resolve.js';
import { cancelFlight, closeScope } from './flights.js';
import type { Ending, Scope, State } from './state.js';
import { outputsWait } from './waiting.js';
import { isOverridden } from './provenance.js';
import { dropAllSupplies } from './supply.js';
import { cancelTimer, setTimer } from './timers.js';

/** How long the end waits for what was cancelled, unless the run says otherwise (engine.md §4). */
const CANCEL_GRACE = 15_000;

/** Every node has ended: so does the run, once cancelled executions are gone. */
export function finishRun(state: State, root: Scope): void {
  if (state.ending || state.over || outputsWait(state, root)) return;
  const outputs = state.plan.bodies[0]?.outputs ?? [];
  const absent = outputs.filter((output, k) => !output.optional && outputOf(state, root, k) === null);
  const [first] = absent;
  if (!first) return stopRun(state, { status: 'completed' });
  const names = absent.map(output => `$out.${output.name}`).join(', ');
  const none: Failure = { code: 'output_absent', address: `$out.${first.name}`, message: `no value for ${names}` };
  stopRun(state, { status: 'failed', error: state.failures[0] ?? none });
}

/** Ends the run: nothing new starts, what is in flight is cancelled and gets a grace to close. */
export function stopRun(state: State, ending: Ending): void {
  if (state.ending) return;
  // What is heard between a hand-over and the next link may still end the run.
  state.over = false;
  state.ending = ending;
  const root = state.scopes.get(0);
  if (root) closeScope(state, root);
  for (const exec of state.flights.keys()) cancelFlight(state, exec);
  for (const exec of state.gathers.keys()) state.commands.push({ kind: 'cancel', exec });
  if (state.lookUp !== null) state.commands.push({ kind: 'cancel', exec: state.lookUp });
  state.lookUp = null;
  state.gathers.clear();
  state.gatherQueue = [];
  dropAllSupplies(state);
  for (const timer of [...state.timers.keys()]) cancelTimer(state, timer);
  state.drain = null;
  if (state.flights.size === 0) return finish(state);
  const grace = state.options.cancelGrace ?? CANCEL_GRACE;
  setTimer(state, state.now + grace, { kind: 'grace' });
}

/** The last word, when everything has closed or the grace is over. */
export function finish(state: State): void {
  if (!state.ending || state.over) return;
  const { status, error } = state.ending;
  for (const timer of [...state.timers.keys()]) cancelTimer(state, timer);
  const abandoned = [...state.flights.values()].map(flight => flight.address);
  state.flights.clear();
  state.streaming = 0;
  state.over = true;
  state.commands.push({
    kind: 'finish',
    status,
    outputs: presentOutputs(state),
    ...(error && { error }),
    failures: state.failures,
    ...(isOverridden(state) && { overridden: true }),
    abandoned,
  });
}

function presentOutputs(state: State): Record<string, Value> {
  const root = state.scopes.get(0);
  const outputs: Record<string, Value> = {};
  state.plan.bodies[0]?.outputs.forEach(({ name }, k) => {
    const value = root ? outputOf(state, root, k) : null;
    if (value !== null) outputs[name] = value;
  });
  return outputs;
}

/** Null as well where it is not known yet: a run that ends early has only the outputs that were final. */
function outputOf(state: State, root: Scope, k: number): Value | null {
  const standsIn = root.covers?.results.get(k)?.sent.value;
  if (standsIn) return standsIn;
  const body = state.plan.bodies[0];
  const source = body?.outputs[k]?.of ?? -1;
  return body && hasSettled(body, root, source) ? resolve(body, root, source) : null;
}
