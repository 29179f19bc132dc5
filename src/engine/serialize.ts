import type { Plan } from '../plan/plan.js';
import { countIn } from './limits.js';
import { createScope } from './scoped.js';
import type { ScopeSnapshot, Snapshot } from './snapshot.js';
import { createState, nodeOf, QUEUED, RUNNING } from './state.js';
import type { Flight, Gathering, Scope, ScopedProgress, State } from './state.js';
import { keepTimer } from './timers.js';

/** The whole state as JSON, nothing of it shared with what changes later. O(state). */
export function takeSnapshot(state: State): Snapshot {
  return {
    snapshotVersion: 1,
    plan: state.plan.hash,
    options: state.options,
    paused: state.paused,
    filling: state.filling,
    drain: state.drain,
    ending: state.ending,
    over: state.over,
    next: { ...state.next },
    turn: { ...state.turn },
    scopes: [...state.scopes.values()].map(scopeSnapshot),
    flights: [...state.flights].map(([exec, flight]) => [exec, { ...flight }]),
    gathers: [...state.gathers],
    gatherQueue: [...state.gatherQueue],
    timers: [...state.timers].map(([timer, { at, purpose }]) => [timer, at, purpose]),
    failures: [...state.failures],
  };
}

function scopeSnapshot(scope: Scope): ScopeSnapshot {
  return {
    id: scope.id,
    body: scope.body,
    ...(scope.parent && { parent: scope.parent }),
    slots: scope.slots.map(value => (value === undefined ? 0 : value)),
    status: scope.status.join(''),
    generations: [...scope.generations],
    failures: [...scope.failures],
    gathering: [...scope.gathering].map(([node, gathering]) => [node, copyGathering(gathering)]),
    notHere: [...scope.notHere],
    scoped: [...scope.scoped].map(([node, progress]) => [node, copyProgress(progress)]),
  };
}

const copyProgress = (progress: ScopedProgress): ScopedProgress => ({ ...progress, results: [...progress.results] });

const copyGathering = (gathering: Gathering): Gathering => ({
  ...gathering,
  parts: Object.fromEntries(Object.entries(gathering.parts).map(([port, parts]) => [port, [...parts]])),
});

export function restoreState(plan: Plan, snapshot: Snapshot): State {
  if (snapshot.snapshotVersion !== 1) {
    throw new Error(`expected a snapshot of version 1, got ${String(snapshot.snapshotVersion)}`);
  }
  if (snapshot.plan !== plan.hash) throw new Error(`expected a snapshot of plan ${plan.hash}, got ${snapshot.plan}`);
  const state = createState(plan, snapshot.options);
  state.paused = snapshot.paused;
  state.filling = snapshot.filling;
  state.drain = snapshot.drain;
  state.ending = snapshot.ending;
  state.over = snapshot.over;
  for (const scope of snapshot.scopes) restoreScope(state, scope);
  state.settled.clear();
  Object.assign(state.next, snapshot.next);
  state.turn = { ...snapshot.turn };
  for (const [exec, flight] of snapshot.flights) restoreFlight(state, exec, flight);
  for (const [exec, part] of snapshot.gathers) state.gathers.set(exec, part);
  state.gatherQueue = [...snapshot.gatherQueue];
  for (const [timer, at, purpose] of snapshot.timers) keepTimer(state, timer, at, purpose);
  state.failures.push(...snapshot.failures);
  return state;
}

function restoreFlight(state: State, exec: number, flight: Flight): void {
  state.flights.set(exec, { ...flight });
  countIn(state, flight.limits);
}

function restoreScope(state: State, from: ScopeSnapshot): void {
  state.next.scope = from.id;
  const scope = createScope(state, from.body, from.parent);
  from.slots.forEach((value, slot) => value !== 0 && markSettled(state, scope, slot, value));
  [...from.status].forEach((digit, node) => restoreStatus(state, scope, node, Number(digit)));
  from.generations.forEach(([node, generation]) => scope.generations.set(node, generation));
  from.failures.forEach(([node, failure]) => scope.failures.set(node, failure));
  from.gathering.forEach(([node, gathering]) => scope.gathering.set(node, copyGathering(gathering)));
  from.notHere.forEach(([node, notHere]) => scope.notHere.set(node, notHere));
  from.scoped.forEach(([node, progress]) => scope.scoped.set(node, copyProgress(progress)));
}

function markSettled(state: State, scope: Scope, slot: number, value: Scope['slots'][number]): void {
  scope.slots[slot] = value;
  const index = state.index[scope.body];
  const end = index?.offsets[slot + 1] ?? 0;
  for (let r = index?.offsets[slot] ?? 0; r < end; r += 1) {
    const reader = index?.readers[r] ?? 0;
    scope.waits[reader] = (scope.waits[reader] ?? 0) - 1;
  }
}

function restoreStatus(state: State, scope: Scope, node: number, status: number): void {
  scope.status[node] = status;
  if (status > RUNNING) scope.open -= 1;
  if (status !== QUEUED) return;
  const queue = nodeOf(state, scope, node).kind === 'step' ? state.ready : state.held;
  queue.push(scope.id, node);
}
