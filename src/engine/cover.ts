import { coverAt, createCovers, setCover, type Cover } from '../intervention/covers.js';
import { readSources, slotsBehind } from '../intervention/need.js';
import { placeKey, type Place } from '../intervention/target.js';
import { backToWaiting, recount } from './reopen.js';
import { nodesThrough } from './settle.js';
import type { Plan, PlanNode } from '../plan/plan.js';
import { bodyOf, hasRead, QUEUED, RUNNING } from './state.js';
import type { Received } from './received.js';
import type { Scope, State } from './state.js';
import { dropSupplies, forgetMerges, payloadOf } from './supply.js';

/** Gives a scope that has just opened the interventions that work in it. */
export function coverScope(state: State, scope: Scope): void {
  for (const received of state.received) {
    if (!worksIn(state, received, scope)) continue;
    const covers = (scope.covers ??= createCovers());
    const { place } = received.target;
    const before = coverAt(covers, place);
    if (!before || beats(received, before)) setCover(covers, place, received);
  }
  for (const [source, cover] of scope.covers?.forms ?? []) {
    const value = payloadOf(scope, cover);
    if (value) scope.forms.set(source, value);
  }
  noteReads(state, scope);
  for (const node of scope.reads.keys()) recount(state, scope, node);
}

/** Notes which slots nodes read at whose inputs something stands in. */
export function noteReads(state: State, scope: Scope): void {
  for (const node of scope.covers?.readers.keys() ?? []) noteRead(state, scope, node);
  for (const source of scope.covers?.forms.keys() ?? []) {
    for (const node of nodesThrough(state, scope, source)) noteRead(state, scope, node);
  }
}

function noteRead(state: State, scope: Scope, node: number): void {
  const body = bodyOf(state, scope);
  scope.reads.set(node, slotsBehind(body, scope.covers, readSources(body, scope.covers, node)));
}

/** The intervention that is effective at a place: the most specific, then the latest [I15]. */
export function bestAt(state: State, scope: Scope, place: Place): Cover | undefined {
  let best: Received | undefined;
  for (const received of byPlace(state).get(bookKey(scope.body, place)) ?? []) {
    if (worksIn(state, received, scope) && (!best || beats(received, best))) best = received;
  }
  return best;
}

/** Enters an intervention into the books. */
export function enter(state: State, received: Received): void {
  state.received.push(received);
  state.byId.set(received.sent.id, received);
  if (state.byPlace) keepAtPlace(state.byPlace, received);
}

/** Made when it is first asked for: a run that nobody changes while it goes on does without. */
function byPlace(state: State): Map<string, Received[]> {
  if (state.byPlace) return state.byPlace;
  state.byPlace = new Map();
  for (const received of state.received) keepAtPlace(state.byPlace, received);
  return state.byPlace;
}

function keepAtPlace(books: Map<string, Received[]>, received: Received): void {
  const key = bookKey(received.target.body, received.target.place);
  const others = books.get(key);
  if (others) others.push(received);
  else books.set(key, [received]);
}

const bookKey = (body: number, place: Place): string => `${body} ${placeKey(place)}`;

/** Puts a cover at a place, or takes it away; what nodes read follows. Says whether anything changed. */
export function putCover(state: State, scope: Scope, place: Place, cover: Cover | undefined): boolean {
  const covers = (scope.covers ??= createCovers());
  const before = coverAt(covers, place);
  if (before?.seq === cover?.seq) return false;
  dropSupplies(state, scope, supply => placeKey(supply.place) === placeKey(place));
  setCover(covers, place, cover);
  if (place.kind === 'reader') rewire(state, scope, place.node);
  if (place.kind === 'form') {
    const value = cover && payloadOf(scope, cover);
    if (value) scope.forms.set(place.source, value);
    else scope.forms.delete(place.source);
    for (const node of nodesThrough(state, scope, place.source)) rewire(state, scope, node);
  }
  return true;
}

/** Notes which slots a node reads now. One that is ready is decided about again. */
function rewire(state: State, scope: Scope, node: number): void {
  noteRead(state, scope, node);
  if (hasRead(scope, node)) return;
  if (scope.status[node] === QUEUED) return backToWaiting(state, scope, node);
  forgetMerges(state, scope, node);
  recount(state, scope, node);
}

function worksIn(state: State, { target, withdrawn, outcome, why }: Received, scope: Scope): boolean {
  if (withdrawn || outcome === 'too-late' || why !== undefined || target.body !== scope.body) return false;
  return target.scopes.every((wanted, depth) => wanted === null || wanted === ordinalsOf(state, scope)[depth]);
}

const specificity = ({ target }: Cover): number => target.scopes.filter(wanted => wanted !== null).length;
const beats = (a: Cover, b: Cover): boolean =>
  specificity(a) === specificity(b) ? a.seq > b.seq : specificity(a) > specificity(b);

/** Which item or iteration a scope is, and those around it, from the outside in. */
function ordinalsOf(state: State, scope: Scope): readonly number[] {
  const ordinals: number[] = [];
  for (let at: Scope | undefined = scope; at?.parent; at = state.scopes.get(at.parent.scope))
    ordinals.unshift(at.parent.ordinal);
  return ordinals;
}

/** The scopes that are open and that a target names. */
export function scopesOf(state: State, received: Received): readonly Scope[] {
  return [...state.scopes.values()].filter(scope => worksIn(state, received, scope));
}

/** Whether a scope that it names may still open: in order, so none that has been opened opens again. */
export function mayOpen(state: State, { target }: Received): boolean {
  const openers = openersOf(state.plan, target.body);
  for (const scope of state.scopes.values()) {
    const opener = openers.get(scope.body);
    if (opener === undefined || hasEnded(scope, opener)) continue;
    const around = ordinalsOf(state, scope);
    if (!around.every((ordinal, depth) => target.scopes[depth] === null || target.scopes[depth] === ordinal)) continue;
    const wanted = target.scopes[around.length];
    if (typeof wanted !== 'number' || wanted >= (scope.scoped.get(opener)?.opened ?? 0)) return true;
  }
  return false;
}

/** By the bodies around a body, the graph itself among them: the node that opens the scopes on the way to it. */
function openersOf({ bodies }: Plan, body: number): ReadonlyMap<number, number> {
  const openers = new Map<number, number>();
  for (let inner = body; inner > 0;) {
    const opens = (node: PlanNode): boolean => node.kind === 'scoped' && node.body === inner;
    const around = bodies.findIndex(({ nodes }) => nodes.some(opens));
    openers.set(around, bodies[around]?.nodes.findIndex(opens) ?? -1);
    inner = around;
  }
  return openers;
}

const hasEnded = (scope: Scope, node: number): boolean => (scope.status[node] ?? 0) > RUNNING;
