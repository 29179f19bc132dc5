import { inputAddress } from '../intervention/bind.js';
import { coverAt, type Cover } from '../intervention/covers.js';
import { inputPorts, placeKey, type Place } from '../intervention/target.js';
import { outputNames } from '../plan/plan.js';
import { weight } from '../value/size.js';
import type { Value } from '../value/value.js';
import type { Merge, Resolve } from './command.js';
import type { Failure } from './failure.js';
import { addressOf, bodyOf, nodeOf } from './state.js';
import type { Supply } from './received.js';
import type { Scope, State } from './state.js';
import { hasRoomThisTurn, nextTurn, spend } from './turn.js';
import { release } from './waits.js';

/** The most resolvers and merges on their way at once, and the heaviest value one is given (the rest is for step inputs). */
const MOST_AT_ONCE = 200;
const MOST_WEIGHT = 256 * 1024;

/** The intervention's own value: there from the start, or what its resolver gave in this scope [I5]. */
export const payloadOf = (scope: Scope, { sent, seq, target }: Cover): Value | undefined =>
  sent.value ?? scope.supplied.get(suppliedKey('resolve', seq, target.place));

export const suppliedKey = (kind: Supply['kind'], seq: number, place: Place): string =>
  `${kind} ${seq} ${placeKey(place)}`;

/** Calls the intervention's resolver, once per scope. `waiter`: a node that waits for it. */
export function askResolver(state: State, scope: Scope, cover: Cover, waiter?: number): void {
  const { resolve } = cover.sent;
  if (!resolve) return;
  ask(state, scope, cover, { kind: 'resolve', ...resolve, schema: cover.target.schema }, waiter);
}

/** Calls the intervention's merge with what the port would have without it; a `Failure` if that is too large a list. */
export function askMerge(
  state: State,
  scope: Scope,
  cover: Cover,
  inner: Value | null,
  data: Value,
  waiter?: number,
): Failure | undefined {
  if (inner && weight(inner) > MOST_WEIGHT) return tooHeavy(state, scope, cover);
  const { kind } = cover.sent;
  ask(state, scope, cover, { kind: 'merge', operate: kind, inner, data, schema: cover.target.schema }, waiter);
  return undefined;
}

type Asked = Omit<Resolve, 'exec' | 'address'> | Omit<Merge, 'exec' | 'address'>;

function ask(state: State, scope: Scope, { seq, target }: Cover, asked: Asked, waiter: number | undefined): void {
  const { place } = target;
  const known = state.supplies.get(state.asked.get(askedKey(scope.id, asked.kind, seq, place)) ?? -1);
  if (known) {
    if (waiter !== undefined) known.waiters.push(waiter);
    return;
  }
  const exec = state.next.exec++;
  const address = `${placeAddress(state, scope, place)}!${asked.kind}-${exec}`;
  const waiters = waiter === undefined ? [] : [waiter];
  const command = { ...asked, exec, address };
  keepSupply(state, exec, { scope: scope.id, place, seq, waiters, kind: asked.kind, command });
  state.unsent.add(exec);
}

/** Enters a call into the books without a command. */
export function keepSupply(state: State, exec: number, supply: Supply): void {
  state.supplies.set(exec, supply);
  state.asked.set(askedKey(supply.scope, supply.kind, supply.seq, supply.place), exec);
}

function forget(state: State, exec: number): void {
  const supply = state.supplies.get(exec);
  state.supplies.delete(exec);
  state.unsent.delete(exec);
  if (supply) state.asked.delete(askedKey(supply.scope, supply.kind, supply.seq, supply.place));
}

const askedKey = (scope: number, kind: Supply['kind'], seq: number, place: Place): string =>
  `${scope} ${suppliedKey(kind, seq, place)}`;

/** Gives the calls that wait, as far as this turn goes. */
export function flushSupplies(state: State): void {
  for (const exec of state.unsent) {
    if (state.supplies.size - state.unsent.size >= MOST_AT_ONCE) return;
    if (!hasRoomThisTurn(state)) return nextTurn(state);
    state.unsent.delete(exec);
    const { command } = state.supplies.get(exec) as Supply;
    spend(
      state,
      command.kind === 'merge' ? { data: command.data, ...(command.inner && { inner: command.inner }) } : {},
    );
    state.commands.push(command);
  }
}

/** A call has ended: out of the books. Undefined if it is not in them (any more). */
export function takeSupply(
  state: State,
  exec: number,
): (Supply & { readonly in: Scope; readonly cover: Cover }) | undefined {
  const supply = state.supplies.get(exec);
  if (!supply) return undefined;
  forget(state, exec);
  const scope = state.scopes.get(supply.scope);
  const cover = scope?.covers ? coverAt(scope.covers, supply.place) : undefined;
  return scope && cover?.seq === supply.seq ? { ...supply, in: scope, cover } : undefined;
}

/** Forgets calls whose answer nobody wants any more; who waited for them no longer does. */
export function dropSupplies(state: State, scope: Scope, unwanted: (supply: Supply) => boolean): void {
  for (const [exec, supply] of state.supplies) {
    if (supply.scope !== scope.id || !unwanted(supply)) continue;
    if (!state.unsent.has(exec)) state.commands.push({ kind: 'cancel', exec });
    forget(state, exec);
    for (const node of supply.waiters) release(state, scope, node);
  }
}

/** The run ends: no answer is wanted. */
export function dropAllSupplies(state: State): void {
  for (const exec of state.supplies.keys()) if (!state.unsent.has(exec)) state.commands.push({ kind: 'cancel', exec });
  state.supplies.clear();
  state.unsent.clear();
  state.asked.clear();
}

/** What was merged at its inputs was merged with what they had then. */
export function forgetMerges(state: State, scope: Scope, node: number): void {
  const readers = scope.covers?.readers.get(node);
  if (!readers) return;
  dropSupplies(state, scope, ({ kind, place }) => kind === 'merge' && place.kind === 'reader' && place.node === node);
  for (const { seq, target } of readers.values()) scope.supplied.delete(suppliedKey('merge', seq, target.place));
}

export function placeAddress(state: State, scope: Scope, place: Place): string {
  switch (place.kind) {
    case 'input':
      return inputAddress(state.plan, place.slot);
    case 'output': {
      const node = nodeOf(state, scope, place.node);
      return `${addressOf(state, scope, place.node)}.${outputNames(state.plan, node)[place.slot - node.out]}`;
    }
    case 'reader': {
      const port = inputPorts(state.plan, nodeOf(state, scope, place.node))[place.port]?.name;
      return `${addressOf(state, scope, place.node)}/$in.${port}`;
    }
    case 'form': {
      const form = bodyOf(state, scope).forms[-1 - place.source];
      return form?.kind === 'port' ? scope.prefix + form.address : '';
    }
    case 'result':
      return `$out.${state.plan.bodies[0]?.outputs[place.output]?.name}`;
  }
}

function tooHeavy(state: State, scope: Scope, cover: Cover): Failure {
  const address = placeAddress(state, scope, cover.target.place);
  const reason = `what ${address} reads is put together of too many values to merge; operate at the ports that feed it`;
  const received = state.received[cover.seq - 1];
  if (received) received.failed = reason;
  return { code: 'intervention_failed', message: reason, address, details: { address, reason } };
}
