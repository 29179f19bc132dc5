import type { FromItems, FromList } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import type { Sliced } from './event.js';
import { addressOf, nodeOf } from './state.js';
import type { NodeOfScope, Scope, ScopedProgress, Slicing, State } from './state.js';
import { hasRoomThisTurn, nextTurn, spend } from './turn.js';

/** Before anything of a list was asked for. */
export const startSlicing = (): Slicing => ({ part: 0, first: 0, exec: null, items: [], brought: 0 });

/** Whether more is to be asked for: of what the last slice brought less than half is left. */
export function wantsSlice({ list, slicing }: ScopedProgress): boolean {
  if (!slicing || list?.kind !== 'stored' || slicing.exec !== null || slicing.part >= list.parts.length) return false;
  return slicing.items.length === 0 || slicing.items.length * 2 < slicing.brought;
}

/** Asks for the next slice. False if this turn has no room for it. */
export function askSlice(state: State, scope: Scope, node: number, { list, slicing }: ScopedProgress): boolean {
  const value = list?.kind === 'stored' ? list.parts[slicing?.part ?? 0] : undefined;
  if (!slicing || !value) return true;
  if (!hasRoomThisTurn(state)) {
    nextTurn(state);
    return false;
  }
  const exec = state.next.exec++;
  slicing.exec = exec;
  state.slices.set(exec, { scope: scope.id, node });
  spend(state, { value });
  const address = `${addressOf(state, scope, node)}!items-${exec}`;
  const fields = fieldsOf(state, scope, node);
  const peeks = fromOf(state, scope, node)?.peeks;
  const wanted = { ...(fields && { fields }), ...(peeks && { peeks }) };
  state.commands.push({ kind: 'slice', exec, address, value, first: slicing.first, ...wanted });
  return true;
}

/** Takes a slice out of the books; undefined if it is not in them (any more). */
export function takeSlice(state: State, exec: number): NodeOfScope | undefined {
  const asked = state.slices.get(exec);
  const slicing = asked && slicingOf(state, asked);
  state.slices.delete(exec);
  if (slicing) slicing.exec = null;
  return slicing && asked;
}

/** A slice has come: its items are opened as there is room. */
export function keepSliced(state: State, { exec, items, total }: Sliced): void {
  const asked = takeSlice(state, exec);
  const slicing = asked && slicingOf(state, asked);
  if (!slicing) return;
  slicing.items.push(...items);
  slicing.brought = items.length;
  const scope = state.scopes.get(asked.scope);
  slicing.first += items.length / ((scope && fieldsOf(state, scope, asked.node)?.length) ?? 1);
  if (items.length === 0 || slicing.first >= total) {
    slicing.part += 1;
    slicing.first = 0;
  }
  state.opening.push(asked.scope, asked.node);
}

/** What is asked for a node is not wanted any more. */
export function dropSlice(state: State, scope: Scope, node: number): void {
  const exec = scope.scoped.get(node)?.slicing?.exec ?? null;
  if (exec === null) return;
  takeSlice(state, exec);
  state.commands.push({ kind: 'cancel', exec });
}

/** Nobody answers what was asked: it is asked again. */
export function askAgain(state: State): void {
  for (const exec of [...state.slices.keys()]) {
    const asked = takeSlice(state, exec);
    if (asked) state.opening.push(asked.scope, asked.node);
  }
}

/** The next item that has come, or as many fields of it. */
export const takeItem = ({ slicing }: ScopedProgress, fields: number): readonly (Value | null)[] =>
  slicing?.items.splice(0, fields) ?? [];

/** What is wanted of each item of a list that stands in for a stream's. */
function fieldsOf(state: State, scope: Scope, node: number): readonly string[] | undefined {
  const from = fromOf(state, scope, node);
  return from?.kind === 'items' ? from.yields.map(({ name }) => name) : undefined;
}

function fromOf(state: State, scope: Scope, node: number): FromList | FromItems | undefined {
  const planned = nodeOf(state, scope, node);
  return planned.kind === 'scoped' && planned.from?.kind !== 'loop' ? planned.from : undefined;
}

const slicingOf = ({ scopes }: State, { scope, node }: NodeOfScope): Slicing | undefined =>
  scopes.get(scope)?.scoped.get(node)?.slicing;
