import type { Body, PlanScopes } from '../plan/plan.js';
import { resolve } from '../plan/resolve.js';
import { bulk } from '../value/size.js';
import type { Value } from '../value/value.js';
import type { ItemPack } from './event.js';
import { generationOf, nodeOf } from './state.js';
import type { GatherPart, Scope, State } from './state.js';

/** From so many results, or so much of them (by `bulk`), on they are put into the store together (engine.md §5). */
const MOST_RESULTS = 500;
const MOST_WEIGHT = 128 * 1024;

/** What scopes that have ended gave. */
export interface Results {
  /** From `packed` on, by ordinal (of a list that is not `ordered`: by their ends); of a loop only the last. */
  readonly last: (readonly (Value | null)[] | null | undefined)[];
  /** How many there are before those: they lie in the store. */
  packed: number;
  /** By output, what stands for these, in order: lists; null while one is on its way. */
  readonly parts: readonly (Value | null)[][];
  /** How many of `last`, from the first on, have ended, and what they weigh. */
  ended: number;
  weight: number;
}

export const noResults = (outputs: number): Results => ({
  last: [],
  packed: 0,
  parts: Array.from({ length: outputs }, () => []),
  ended: 0,
  weight: 0,
});

export const copyResults = ({ last, parts, ...results }: Results): Results => ({
  ...results,
  last: [...last],
  parts: parts.map(part => [...part]),
});

/** Keeps what a scope inside `scope` has given that has ended. Many of them are put into the store: the state does not grow with them. */
export function addResult(
  state: State,
  scope: Scope,
  { node, ordinal }: NonNullable<Scope['parent']>,
  from: PlanScopes | undefined,
  given: readonly (Value | null)[],
): void {
  const results = scope.scoped.get(node)?.results;
  if (!results) return;
  if (from?.kind === 'loop') {
    results.last[0] = given;
    return;
  }
  const isOrdered = from === undefined || from.ordered;
  results.last[isOrdered ? ordinal - results.packed : results.last.length] = given;
  for (let next = results.last[results.ended]; next; next = results.last[results.ended]) {
    results.ended += 1;
    for (const value of next) if (value) results.weight += bulk(value);
  }
  if (results.ended >= MOST_RESULTS || results.weight >= MOST_WEIGHT) pack(state, scope, node, results);
}

/** Keeps a pack of items as what its scopes have given, which there need not be: a collect gives what an item has. */
export function addPack(state: State, scope: Scope, node: number, { count, lists }: ItemPack): void {
  const progress = scope.scoped.get(node);
  const planned = nodeOf(state, scope, node);
  if (!progress || planned.kind !== 'scoped') return;
  const { results } = progress;
  if (results.ended > 0) pack(state, scope, node, results);
  results.packed += count;
  state.plan.bodies[planned.body]?.outputs.forEach(({ of }, output) =>
    results.parts[output]?.push(lists[of] ?? { list: [] }),
  );
  progress.opened += count;
  progress.done += count;
}

export const givenBy = (body: Body, scope: Scope): readonly (Value | null)[] =>
  body.outputs.map(output => resolve(body, scope, output.of));

function pack(state: State, scope: Scope, node: number, results: Results): void {
  const packed = results.last.splice(0, results.ended);
  results.packed += packed.length;
  results.ended = 0;
  results.weight = 0;
  results.parts.forEach((parts, output) => {
    const list = present(packed.map(given => given?.[output]));
    if (list.length === 0) return;
    const part = parts.push(null) - 1;
    const result = { output, generation: generationOf(scope, node) };
    state.gatherQueue.push({ scope: scope.id, node, port: '', part, value: { list }, result });
  });
}

/** Some results are in the store. */
export function keepPacked(scope: Scope, { node, part, result }: GatherPart, value: Value): void {
  const parts = scope.scoped.get(node)?.results.parts[result?.output ?? -1];
  // Of a node that has begun anew since it is not.
  if (parts && result?.generation === generationOf(scope, node)) parts[part] = value;
}

export const arePacked = ({ parts }: Results): boolean => parts.every(of => of.every(part => part !== null));

/** All that came of an output, as one list. */
export function listOf({ last, parts }: Results, output: number): Value {
  const rest: Value = { list: present(last.map(given => given?.[output])) };
  const before = present(parts[output] ?? []);
  return before.length === 0 ? rest : { flat: { list: [...before, rest] } };
}

export const lastOf = ({ last }: Results, output: number): Value | null => last.at(-1)?.[output] ?? null;

const present = (values: readonly (Value | null | undefined)[]): readonly Value[] =>
  values.filter(value => value !== null && value !== undefined);
