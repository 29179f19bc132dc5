import { bulk, weight } from '../value/size.js';
import { isFlat, isList } from '../value/value.js';
import type { Value } from '../value/value.js';
import { setStatus } from './changes.js';
import { requeue } from './limits.js';
import { keepPacked } from './results.js';
import { addressOf, RUNNING } from './state.js';
import type { GatherPart, Scope, State } from './state.js';
import { hasRoomThisTurn, nextTurn, spend } from './turn.js';

/** A command whose inputs weigh more is preceded by gathers (engine.md §6); a part of a list has at most half of it, by `bulk`. */
const MOST_INPUT_WEIGHT = 256 * 1024;
const MOST_PART_WEIGHT = MOST_INPUT_WEIGHT / 2;

type Inputs = Readonly<Record<string, Value>>;

/**
 * If the inputs of a node weigh too much, sees to it that the heaviest are put into the store first; the node comes up
 * again when that is done. False if they are fine as they are.
 */
export function gatherInputs(state: State, scope: Scope, node: number, inputs: Inputs): boolean {
  if (scope.gathering.has(node)) return false;
  const heavy = heaviest(inputs);
  if (heavy.length === 0) return false;
  const parts: Record<string, (Value | null)[]> = {};
  let missing = 0;
  for (const port of heavy) {
    const cut = cutUp(inputs[port] as Value);
    parts[port] = cut.map(() => null);
    missing += cut.length;
    cut.forEach((value, part) => state.gatherQueue.push({ scope: scope.id, node, port, part, value }));
  }
  const kept = Object.fromEntries(Object.entries(inputs).filter(([port]) => !heavy.includes(port)));
  scope.gathering.set(node, { missing, kept, parts });
  setStatus(state, scope, node, RUNNING);
  flushGathers(state);
  return true;
}

/** The inputs of a node with what was gathered for it; undefined if nothing was. */
export function gatheredInputs(scope: Scope, node: number): Inputs | undefined {
  const gathering = scope.gathering.get(node);
  if (!gathering) return undefined;
  const gathered = Object.entries(gathering.parts).map(([port, parts]) => [port, joined(parts)] as const);
  return { ...gathering.kept, ...Object.fromEntries(gathered) };
}

/** Gives the gathers that wait, as far as this turn goes. */
export function flushGathers(state: State): void {
  while (state.gatherQueue.length > 0) {
    if (!hasRoomThisTurn(state)) return nextTurn(state);
    const part = state.gatherQueue.shift() as GatherPart;
    const scope = state.scopes.get(part.scope);
    if (!scope || scope.status[part.node] !== RUNNING) continue;
    const exec = state.next.exec++;
    state.gathers.set(exec, part);
    spend(state, { value: part.value });
    const address = `${addressOf(state, scope, part.node)}!gather-${exec}`;
    state.commands.push({ kind: 'gather', exec, address, value: part.value });
  }
}

/** One gather has ended; with the last one the node is ready again. */
export function keepGathered(state: State, exec: number, value: Value): void {
  const part = state.gathers.get(exec);
  state.gathers.delete(exec);
  const scope = part && state.scopes.get(part.scope);
  if (part?.result && scope) {
    keepPacked(scope, part, value);
    return state.opening.push(scope.id, part.node);
  }
  const gathering = part && scope?.gathering.get(part.node);
  const slots = part && gathering?.parts[part.port];
  if (!part || !scope || !gathering || !slots) return;
  slots[part.part] = value;
  gathering.missing -= 1;
  if (gathering.missing === 0) requeue(state, scope, part.node);
}

/** The fewest ports, heaviest first, without which the rest is light enough. */
function heaviest(inputs: Inputs): readonly string[] {
  const weights = Object.entries(inputs).map(([port, value]) => [port, weight(value)] as const);
  let total = weights.reduce((sum, [, w]) => sum + w, 0);
  if (total <= MOST_INPUT_WEIGHT) return [];
  const heavy: string[] = [];
  for (const [port, w] of weights.sort((a, b) => b[1] - a[1])) {
    if (total <= MOST_INPUT_WEIGHT) break;
    heavy.push(port);
    total -= w;
  }
  return heavy;
}

/** A long list in parts that fit a command; anything else whole. */
export function cutUp(value: Value): readonly Value[] {
  if (isFlat(value) && isList(value.flat)) return slices(value.flat.list).map(list => ({ flat: { list } }));
  return isList(value) ? slices(value.list).map(list => ({ list })) : [value];
}

function slices(list: readonly Value[]): readonly (readonly Value[])[] {
  const cut: Value[][] = [[]];
  let room = MOST_PART_WEIGHT;
  for (const item of list) {
    const w = bulk(item);
    if (w > room && cut.at(-1)?.length) {
      cut.push([]);
      room = MOST_PART_WEIGHT;
    }
    cut.at(-1)?.push(item);
    room -= w;
  }
  return cut;
}

/** Parts of a list are lists themselves: what they stand for is their concatenation. */
function joined(parts: readonly (Value | null)[]): Value {
  const present = parts.filter(part => part !== null);
  const [only] = present;
  return present.length === 1 && only ? only : { flat: { list: present } };
}
