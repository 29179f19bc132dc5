import type { Plan } from '../plan/plan.js';
import { coversIn, createCovers, setCover, type Covers } from '../intervention/covers.js';
import { isTarget, targetOfSent } from '../intervention/target.js';
import { enter, noteReads } from './cover.js';
import { feedSnapshot, restoreFeed } from './fed.js';
import { countIn } from './limits.js';
import { note } from './known-nodes.js';
import { recount } from './reopen.js';
import { planAgain } from './replan.js';
import { createScope } from './scoped.js';
import { restoreStages } from './stages.js';
import type { ReceivedSnapshot, ScopeInterventions, ScopeSnapshot, Snapshot } from './snapshot.js';
import { createState, NO_BREAKPOINTS } from './create-state.js';
import { nodeOf, QUEUED, RUNNING } from './state.js';
import type { Supply } from './received.js';
import type { Flight, Gathering, Scope, ScopedProgress, State } from './state.js';
import { keepSupply } from './supply.js';
import { keepTimer } from './timers.js';
import { addWait } from './waits.js';

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
    ...interventionsSnapshot(state),
  };
}

function interventionsSnapshot(state: State): Partial<Snapshot> {
  const { received, refused, supplies, unsent, options, breakpoints, holds, held } = state;
  return {
    ...(received.length > 0 && { received: received.map(({ target: _, seq: __, ...rest }) => rest) }),
    ...(refused.length > 0 && { refused: [...refused] }),
    ...(supplies.size > 0 && {
      supplies: [...supplies].map(([exec, supply]) => [exec, copySupply(supply), !unsent.has(exec)] as const),
    }),
    ...(state.known.size > 0 && { known: [...state.known.values()] }),
    ...(state.feed && { feed: feedSnapshot(state.feed) }),
    ...(state.stopping && { stopping: state.stopping }),
    ...(state.lookUp !== null && { lookUp: state.lookUp }),
    ...(breakpoints !== (options.breakpoints ?? NO_BREAKPOINTS) && { breakpoints }),
    ...(holds.length > 0 && { holds }),
    ...(held.size > 0 && { held: [...held] }),
  };
}

const copySupply = (supply: Supply): Supply => ({ ...supply, waiters: [...supply.waiters] });

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
    ...(scope.context !== undefined && { context: scope.context }),
    ...(scope.origins.size > 0 && { origins: [...scope.origins] }),
    ...(scope.covers && { interventions: scopeInterventions(scope, scope.covers) }),
  };
}

function scopeInterventions(scope: Scope, covers: Covers): ScopeInterventions {
  return {
    covers: coversIn(covers).map(({ seq }) => seq),
    forms: [...scope.forms],
    computed: [...scope.computed],
    overridden: [...scope.overridden],
    finishing: [...scope.finishing].map(([node, { merged, ...rest }]) => [node, { ...rest, merged: [...merged] }]),
    supplied: [...scope.supplied],
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
  snapshot.received?.forEach((received, k) => restoreReceived(state, received, k + 1));
  state.refused.push(...(snapshot.refused ?? []));
  note(state, snapshot.known ?? []);
  state.lookUp = snapshot.lookUp ?? null;
  if (snapshot.feed) state.feed = restoreFeed(snapshot.feed);
  state.stopping = snapshot.stopping ?? null;
  state.breakpoints = snapshot.breakpoints ?? state.breakpoints;
  state.holds = snapshot.holds ?? [];
  for (const key of snapshot.held ?? []) state.held.add(key);
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
  for (const [exec, supply, sent] of snapshot.supplies ?? []) {
    keepSupply(state, exec, copySupply(supply));
    if (!sent) state.unsent.add(exec);
    const scope = state.scopes.get(supply.scope);
    if (scope) for (const node of supply.waiters) addWait(scope, node);
  }
  restoreStages(state);
  return state;
}

function restoreReceived(state: State, received: ReceivedSnapshot, seq: number): void {
  const target = targetOfSent(state.plan, received.sent);
  if (!isTarget(target))
    throw new Error(`the snapshot has an intervention at ${received.sent.at}, which the plan has not`);
  enter(state, { ...received, seq, target });
}

function restoreFlight(state: State, exec: number, flight: Flight): void {
  state.flights.set(exec, { ...flight });
  countIn(state, flight.limits);
}

function restoreScope(state: State, from: ScopeSnapshot): void {
  state.next.scope = from.id;
  const scope = createScope(state, from.body, from.parent);
  restoreInterventions(state, scope, from.interventions);
  from.slots.forEach((value, slot) => value !== 0 && markSettled(state, scope, slot, value));
  [...from.status].forEach((digit, node) => restoreStatus(state, scope, node, Number(digit)));
  from.generations.forEach(([node, generation]) => scope.generations.set(node, generation));
  from.failures.forEach(([node, failure]) => scope.failures.set(node, failure));
  if (from.context !== undefined) scope.context = from.context;
  from.origins?.forEach(([node, origin]) => scope.origins.set(node, origin));
  from.gathering.forEach(([node, gathering]) => scope.gathering.set(node, copyGathering(gathering)));
  from.notHere.forEach(([node, notHere]) => scope.notHere.set(node, notHere));
  from.scoped.forEach(([node, progress]) => scope.scoped.set(node, copyProgress(progress)));
  // Counted anew: what a node waits for depends on what stands in.
  for (const node of scope.reads.keys()) recount(state, scope, node);
  if (scope.covers || state.options.prune) planAgain(state, scope);
}

/** What is effective was decided when it came: it does not follow from the list of what came. */
function restoreInterventions(state: State, scope: Scope, from: ScopeInterventions | undefined): void {
  scope.covers = null;
  scope.reads.clear();
  scope.forms.clear();
  if (!from) return;
  const covers = (scope.covers = createCovers());
  for (const seq of from.covers) {
    const received = state.received[seq - 1];
    if (received) setCover(covers, received.target.place, received);
  }
  for (const [source, value] of from.forms) scope.forms.set(source, value);
  for (const [slot, value] of from.computed) scope.computed.set(slot, value);
  for (const slot of from.overridden) scope.overridden.add(slot);
  for (const [node, { merged, ...rest }] of from.finishing) {
    scope.finishing.set(node, { ...rest, merged: new Map(merged) });
  }
  for (const [key, value] of from.supplied) scope.supplied.set(key, value);
  noteReads(state, scope);
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
  const queue = nodeOf(state, scope, node).kind === 'step' ? state.ready : state.idle;
  queue.push(scope.id, node);
}
