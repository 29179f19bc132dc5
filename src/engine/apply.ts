import { outputNames } from '../plan/plan.js';
import { begin } from './begin.js';
import type { Command } from './command.js';
import { decideAll } from './decide.js';
import { finish, stopRun } from './ending.js';
import type { Completed, EngineEvent, Failed } from './event.js';
import { failNode, failScoped } from './fail.js';
import { endCall } from './feed-calls.js';
import { kept, openInputs, takeInput, tendFeed } from './feed.js';
import { cancelFlight, land } from './flights.js';
import { continueRun, drainWhenQuiet, drainWithin, endDrain, handOverNow } from './hand-over.js';
import { completeNode } from './finish-node.js';
import { keepGathered } from './gather.js';
import { giveUpInput } from './input-ports.js';
import { inputOf } from './inputs.js';
import { intervene, withdraw } from './intervene.js';
import { requeue } from './limits.js';
import { releaseHolds } from './breakpoints.js';
import { openScopes } from './opening.js';
import { schedule } from './schedule.js';
import { keepSliced, takeSlice } from './slice.js';
import { supplied, supplyFailed } from './supplied.js';
import { endItems, openItems } from './scoped.js';
import { endLookUp, found } from './known-nodes.js';
import { CACHED, COMPLETED, nodeOf, QUEUED, RUNNING } from './state.js';
import type { NodeTimer, Scope, State } from './state.js';
import { isSaving, saved, stopFeed, stopWaiting, stopWhenQuiet } from './stop.js';
import { completeStream, parkStream, takeItems } from './stream.js';
import { setTimer, takeTimer } from './timers.js';
import { turnAt } from './turn.js';
import { isWaitedFor } from './waited-for.js';

/** One event: what it changes at once, then what follows for other nodes, then what may start now. */
export function applyEvent(state: State, event: EngineEvent): readonly Command[] {
  if ((state.over || isSaving(state)) && !isHeard(state, event)) return [];
  state.commands = [];
  state.touched.clear();
  turnAt(state, event.at);
  react(state, event);
  let goesOn: boolean;
  do {
    decideAll(state);
    if (state.ending && state.flights.size === 0) finish(state);
    goesOn = schedule(state);
  } while (openInputs(state) || openScopes(state) || goesOn);
  tendFeed(state);
  stopWhenQuiet(state);
  drainWhenQuiet(state);
  return state.commands;
}

/**
 * Of a run that is over nothing, but for who goes on with it; of one whose last state is being saved, the end of that.
 * Between a hand-over and the next link also requests: a run can be paused and resumed before it goes on, and a
 * cancellation ends it there.
 */
function isHeard(state: State, event: EngineEvent): boolean {
  if (event.kind === 'continued') return true;
  if (state.ending) return false;
  if (state.over) return REQUESTS.has(event.kind);
  return HEARD_WHILE_SAVING.has(event.kind) || ('exec' in event && event.exec === state.stopping?.saving);
}

const HEARD_WHILE_SAVING: ReadonlySet<EngineEvent['kind']> = new Set(['cancelled', 'fed']);

const REQUESTS: ReadonlySet<EngineEvent['kind']> = new Set([
  'paused',
  'resumed',
  'cancelled',
  'intervened',
  'withdrawn',
  'breakpointsSet',
  'released',
  'fed',
  'stopping',
]);

function react(state: State, event: EngineEvent): void {
  switch (event.kind) {
    case 'started':
      return begin(state, event);
    case 'found':
      return found(state, event);
    case 'completed':
      return complete(state, event);
    case 'failed':
      return fail(state, event);
    case 'yielded':
      return takeItems(state, event);
    case 'parked':
      return parkStream(state, event);
    case 'closed':
      land(state, event.exec);
      return;
    case 'gathered':
      return keepGathered(state, event.exec, event.value);
    case 'sliced':
      return keepSliced(state, event);
    case 'supplied':
      return supplied(state, event.exec, event.value);
    case 'fed':
      return takeInput(state, event);
    case 'stopping':
      return stopFeed(state, event);
    case 'kept':
      return kept(state, event);
    case 'called':
      if (!saved(state, event.exec)) endCall(state, event.exec);
      return;
    case 'intervened':
      return intervene(state, event.intervention);
    case 'withdrawn':
      return withdraw(state, event.id);
    case 'breakpointsSet':
      state.breakpoints = event.breakpoints;
      return;
    case 'released':
      return releaseHolds(state, event.address);
    case 'fired':
      return fire(state, event.timer);
    case 'items':
      return withScope(state, event.scope, scope => openItems(state, scope, event.node, event.first, event.items));
    case 'ended':
      return withScope(state, event.scope, scope => endItems(state, scope, event.node));
    case 'paused':
      state.paused = true;
      return;
    case 'resumed':
      state.paused = false;
      return releaseHolds(state, undefined);
    case 'cancelled': {
      const message = event.reason ?? 'cancelled';
      return stopRun(state, { status: 'cancelled', error: { code: 'cancelled', message } });
    }
    case 'filling':
      state.filling = true;
      return;
    case 'full':
      return drainWithin(state, event.within);
    case 'exhausted':
      return handOverNow(state);
    case 'continued':
      continueRun(state);
      // One that was saved before it had begun; a runner's run has no inputs of its own.
      return state.feed ? begin(state, { kind: 'started', inputs: {} }) : undefined;
  }
}

function withScope(state: State, id: number, change: (scope: Scope) => void): void {
  const scope = state.scopes.get(id);
  if (scope) change(scope);
}

function complete(state: State, { exec, outputs, from, count }: Completed): void {
  const landed = land(state, exec);
  if (!landed || !completeStream(state, landed.in, landed.node, count)) return;
  if (from) landed.in.origins.set(landed.node, from);
  const names = outputNames(state.plan, nodeOf(state, landed.in, landed.node));
  completeNode(
    state,
    landed.in,
    landed.node,
    names.map(name => outputs[name] ?? null),
    from ? CACHED : COMPLETED,
  );
}

/** How long to wait for a worker or the store before a step is tried again: a second, doubling to ten seconds. */
const notHereDelay = (times: number): number => Math.min(1000 * 2 ** times, 10_000);

function fail(state: State, { exec, error }: Failed): void {
  const gather = state.gathers.get(exec);
  if (gather) {
    state.gathers.delete(exec);
    return withScope(state, gather.scope, scope => {
      if (scope.status[gather.node] !== RUNNING) return;
      if (gather.result) failScoped(state, scope, gather.node, error);
      else failNode(state, scope, gather.node, error);
    });
  }
  const slice = takeSlice(state, exec);
  if (slice) return withScope(state, slice.scope, scope => failScoped(state, scope, slice.node, error));
  if (endLookUp(state, exec) || saved(state, exec) || endCall(state, exec)) return;
  if (state.supplies.has(exec)) return supplyFailed(state, exec, error);
  const landed = land(state, exec);
  if (!landed) return;
  const { in: scope, node } = landed;
  if (!isWaitedFor(error)) return failNode(state, scope, node, error);
  const times = scope.notHere.get(node)?.times ?? 0;
  scope.notHere.set(node, { times: times + 1, failure: error });
  const purpose = { kind: 'notHere', scope: scope.id, node } as const;
  setTimer(state, state.now + notHereDelay(times), purpose);
}

function fire(state: State, timer: number): void {
  const purpose = takeTimer(state, timer);
  if (!purpose) return;
  switch (purpose.kind) {
    case 'turn':
      state.turn.timer = false;
      return;
    case 'drain':
      return endDrain(state);
    case 'stop':
      return stopWaiting(state);
    case 'awaited':
      return giveUpInput(state, purpose.slot);
    case 'grace':
      return finish(state);
    case 'runDeadline':
      return stopRun(state, {
        status: 'failed',
        error: { code: 'deadline', message: `the run has not ended within ${state.options.deadline} ms` },
      });
    default:
      fireOf(state, purpose);
  }
}

function fireOf(state: State, { kind, scope: id, node }: NodeTimer): void {
  const scope = state.scopes.get(id);
  if (!scope) return;
  if (kind === 'sleep') return completeNode(state, scope, node, [inputOf(state, scope, node, 0)], COMPLETED);
  if (kind === 'notHere') return requeue(state, scope, node);
  if (scope.status[node] !== QUEUED && scope.status[node] !== RUNNING) return;
  for (const [exec, flight] of state.flights) {
    if (flight.scope === scope.id && flight.node === node) cancelFlight(state, exec);
  }
  const planned = nodeOf(state, scope, node);
  const deadline = planned.kind === 'step' ? state.plan.policies[planned.policy]?.deadline : undefined;
  failNode(state, scope, node, { code: 'deadline', message: `not ended within ${deadline} ms of being ready` });
}
