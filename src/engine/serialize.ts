import { fieldCount, type Plan } from '../plan/plan.js';
import { coversIn, createCovers, setCover, type Covers } from '../intervention/covers.js';
import { isTarget, targetOfSent } from '../intervention/target.js';
import { enter, noteReads } from './cover.js';
import { feedSnapshot, restoreFeed } from './fed.js';
import { keepFlight } from './flights.js';
import { note } from './known-nodes.js';
import { queueOf } from './ready.js';
import { recount } from './reopen.js';
import { planAgain } from './replan.js';
import { createScope, opensItself, readBy } from './scoped.js';
import { copyResults } from './results.js';
import { restoreStages } from './stages.js';
import type { ProgressSnapshot, ReceivedSnapshot, ScopeInterventions, ScopeSnapshot, Snapshot } from './snapshot.js';
import { createState, NO_BREAKPOINTS } from './create-state.js';
import { nodeOf, QUEUED, RUNNING } from './state.js';
import type { Supply } from './received.js';
import type { Gathering, Scope, ScopedProgress, State } from './state.js';
import type { Value } from '../value/value.js';
import { isDue } from './stream-room.js';
import { copyStream, type StreamProgress } from './stream-progress.js';
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
    ...(state.full && { full: true as const }),
    drain: state.drain,
    ending: state.ending,
    over: state.over,
    next: { ...state.next },
    turn: { ...state.turn },
    scopes: [...state.scopes.values()].map(scope => scopeSnapshot(state, scope)),
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
    ...(state.slices.size > 0 && { slices: [...state.slices] }),
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

function scopeSnapshot(state: State, scope: Scope): ScopeSnapshot {
  const captured = capturedIn(state, scope);
  return {
    id: scope.id,
    body: scope.body,
    ...(scope.parent && { parent: scope.parent }),
    slots: scope.slots.map((value, slot) => (value === undefined || captured.has(slot) ? 0 : value)),
    status: scope.status.join(''),
    generations: [...scope.generations],
    failures: [...scope.failures],
    gathering: [...scope.gathering].map(([node, gathering]) => [node, copyGathering(gathering)]),
    notHere: [...scope.notHere],
    scoped: [...scope.scoped].map(([node, progress]) => [node, progressSnapshot(state, scope, node, progress)]),
    ...(scope.streams.size > 0 && { streams: [...scope.streams].map(([node, it]) => [node, copyStream(it)] as const) }),
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

/** What a node of the plan's own has read follows from the slots around it. */
function progressSnapshot(
  state: State,
  scope: Scope,
  node: number,
  { list: _, captured, ...progress }: ScopedProgress,
): ProgressSnapshot {
  return opensItself(state, scope, node) ? copyProgress(progress) : { captured, ...copyProgress(progress) };
}

const copyProgress = <P extends Omit<ScopedProgress, 'captured' | 'list'>>({ slicing, ...progress }: P) => ({
  ...progress,
  results: copyResults(progress.results),
  ...(slicing && { slicing: { ...slicing, items: [...slicing.items] } }),
});

function restoreProgress(state: State, scope: Scope, node: number, from: ProgressSnapshot): void {
  const planned = nodeOf(state, scope, node);
  if (planned.kind !== 'scoped') return;
  const { captured = [], ...progress } = from;
  const read = planned.from ? readBy(state, scope, node, planned) : { captured };
  scope.scoped.set(node, { ...copyProgress(progress), ...read });
  if (planned.from) state.opening.push(scope.id, node);
}

/** Slots that every scope of a node has from outside; they are there once, around it. */
function capturedIn(state: State, { parent }: Scope): ReadonlyMap<number, Value | null> {
  const around = parent && state.scopes.get(parent.scope);
  const progress = around?.scoped.get(parent?.node ?? -1);
  if (!around || !progress || !parent) return NONE;
  const planned = nodeOf(state, around, parent.node);
  if (planned.kind !== 'scoped' || !planned.from) return NONE;
  const first = fieldCount(planned.from) + 1;
  return new Map(progress.captured.map((value, k) => [first + k, value]));
}
const NONE: ReadonlyMap<number, Value | null> = new Map();

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
  state.full = snapshot.full ?? false;
  state.drain = snapshot.drain;
  state.ending = snapshot.ending;
  state.over = snapshot.over;
  for (const scope of snapshot.scopes) restoreScope(state, scope);
  state.settled.clear();
  Object.assign(state.next, snapshot.next);
  state.turn = { ...state.turn, ...snapshot.turn };
  for (const [exec, flight] of snapshot.flights) keepFlight(state, exec, { ...flight });
  for (const [exec, part] of snapshot.gathers) state.gathers.set(exec, part);
  state.gatherQueue = [...snapshot.gatherQueue];
  for (const [exec, asked] of snapshot.slices ?? []) state.slices.set(exec, asked);
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

function restoreScope(state: State, from: ScopeSnapshot): void {
  state.next.scope = from.id;
  const scope = createScope(state, from.body, from.parent);
  restoreInterventions(state, scope, from.interventions);
  from.slots.forEach((value, slot) => value !== 0 && markSettled(state, scope, slot, value));
  capturedIn(state, scope).forEach((value, slot) => markSettled(state, scope, slot, value));
  [...from.status].forEach((digit, node) => restoreStatus(state, scope, node, Number(digit)));
  from.generations.forEach(([node, generation]) => scope.generations.set(node, generation));
  from.failures.forEach(([node, failure]) => scope.failures.set(node, failure));
  if (from.context !== undefined) scope.context = from.context;
  from.origins?.forEach(([node, origin]) => scope.origins.set(node, origin));
  from.gathering.forEach(([node, gathering]) => scope.gathering.set(node, copyGathering(gathering)));
  from.notHere.forEach(([node, notHere]) => scope.notHere.set(node, notHere));
  from.streams?.forEach(([node, stream]) => restoreStream(state, scope, node, stream));
  from.scoped.forEach(([node, progress]) => restoreProgress(state, scope, node, progress));
  // Counted anew: what a node waits for depends on what stands in.
  for (const node of scope.reads.keys()) recount(state, scope, node);
  if (scope.covers || state.options.prune) planAgain(state, scope);
}

function restoreStream(state: State, scope: Scope, node: number, stream: StreamProgress): void {
  scope.streams.set(node, copyStream(stream));
  if (isDue(scope, node)) state.readyStreams.push(scope.id, node);
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
  queueOf(state, scope, node).push(scope.id, node);
}
