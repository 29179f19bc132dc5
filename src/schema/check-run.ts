import { pointer } from '../value/pointer.js';
import type { Json } from '../value/json.js';
import type { Patterns } from './check-scalar.js';
import type { JsonSchema } from './json-schema.js';

/** What a value has that its schema does not allow; `path` is the JSON pointer to it, from the whole value. */
export interface SchemaIssue {
  readonly path: string;
  readonly message: string;
}

/**
 * One check. It works off a stack of its own, so neither deep values nor deep schemas can overflow the other one: a task
 * pushed while another one runs is done before whatever lies beneath.
 */
export interface Run {
  readonly root: JsonSchema;
  readonly todo: Task[];
  readonly patterns: Patterns;
  /** How many branches of a union (or of a `not`) a value satisfied; 0 while that is being found out, which ends `$ref` loops. */
  readonly matches: Map<object, Map<Json, number>>;
}
export type Task = Visit | (() => void);

/** To check the value at `place` against `schema`. */
export interface Visit {
  readonly schema: JsonSchema;
  readonly place: Place;
  readonly found: Findings;
}

/** Where a value stands. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
  readonly value: Json;
}

/** What was found wrong: the issues or, if only yes or no is asked, that there is one. */
export interface Findings {
  readonly issues?: SchemaIssue[];
  readonly limit: number;
  count: number;
  /**
   * Which values have met a schema whose parts apply to the same value (`$ref`, `allOf`, …): lists and objects by themselves,
   * others by their place. Each meets it once, which ends `$ref` loops and keeps parts from doubling level by level.
   */
  met?: Map<JsonSchema, Set<object>>;
}

export const isFull = ({ count, limit }: Findings): boolean => count >= limit;

/** Notes an issue. Its text is made only if somebody will read it: most branches of unions fail unheard. */
export function report(found: Findings, place: Place, message: () => string): void {
  if (isFull(found)) return;
  found.count += 1;
  found.issues?.push({ path: pointer(keysOf(place)), message: message() });
}

function keysOf(place: Place): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = place; at.parent !== undefined; at = at.parent) keys.push(at.key);
  return keys.toReversed();
}

export const childOf = (parent: Place, key: string | number, value: Json): Place => ({ parent, key, value });

/** Does `step` for 0, 1, … below `count`, each with the tasks it pushes, until `found` is full. */
export function inTurn(run: Run, count: number, found: Findings, step: (index: number) => void): void {
  let index = 0;
  const next = (): void => {
    if (index === count || isFull(found)) return;
    run.todo.push(next);
    step(index);
    index += 1;
  };
  run.todo.push(next);
}

/**
 * Tries the value on each of `branches`, until `enough` of them match, and passes their number on. `owner` is what the number
 * is remembered under, so that nested unions are not tried again and again by those around them.
 */
export function tryBranches(
  run: Run,
  owner: object,
  branches: readonly JsonSchema[],
  place: Place,
  enough: number,
  then: (matches: number) => void,
): void {
  const byValue = run.matches.get(owner) ?? new Map<Json, number>();
  const known = byValue.get(place.value);
  if (known !== undefined) return then(known);
  run.matches.set(owner, byValue.set(place.value, 0));
  let index = 0;
  let matches = 0;
  let trial: Findings | undefined;
  const next = (): void => {
    if (trial?.count === 0) matches += 1;
    const schema = branches[index];
    if (schema === undefined || matches === enough) {
      byValue.set(place.value, matches);
      return then(matches);
    }
    index += 1;
    trial = { limit: 1, count: 0 };
    run.todo.push(next, { schema, place: { parent: place.parent, key: place.key, value: place.value }, found: trial });
  };
  next();
}
