import type { PortSchema } from '../../src/document/document.js';
import type { Merge, Resolve } from '../../src/engine/command.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';
import { foldValue } from '../../src/value/fold.js';
import type { Value } from '../../src/value/value.js';
import { hash } from './random.js';

/** What steps do and generators give, as a function of seed and address: the same in the engine's run and the reference. */
export interface World {
  /** How many attempts of a step fail before one succeeds. */
  failures(address: string): number;
  /** How many times no worker has the step. */
  notHere(address: string): number;
  /** `ports`: those that the step has. */
  outputs(
    address: string,
    inputs: Readonly<Record<string, Json | undefined>>,
    ports: readonly { readonly name: string; readonly schema: PortSchema }[],
  ): Record<string, Json>;
  /** How many items or iterations a scoped node gets. */
  count(address: string): number;
  item(scope: string): { readonly n: number; readonly flag: boolean };
}

export function createWorld(seed: number): World {
  return {
    failures: address => (hash(seed, address, 'fails') % 6 === 0 ? 1 + (hash(seed, address, 'times') % 4) : 0),
    notHere: address => (hash(seed, address, 'away') % 12 === 0 ? 1 + (hash(seed, address, 'away2') % 2) : 0),
    outputs(address, inputs) {
      const read = Object.entries(inputs)
        .filter(([, value]) => value !== undefined)
        .map(([port, value]) => `${port}=${JSON.stringify(value)}`)
        .toSorted();
      const y = hash(seed, address, ...read) % 1000;
      return { y, b: y % 3 > 0, l: listOf(y), ...(y % 4 > 0 && { o: y + 0.5 }) };
    },
    count: address => hash(seed, address, 'count') % 4,
    item: scope => ({ n: hash(seed, scope, 'n') % 50, flag: hash(seed, scope, 'flag') % 3 > 0 }),
  };
}

/** What a stream yields, again and again: where all `attempts` at it fail, only what comes before. */
export function streamItems(world: World, address: string, attempts: number): readonly { n: number; m?: number }[] {
  const isFailing = world.failures(address) >= attempts;
  const count = hash(1, address, 'items') % (isFailing ? 5 : 10);
  return Array.from({ length: count }, (_, k) => {
    const { n, flag } = world.item(`${address}.items[${k}]`);
    return { n, ...(flag && { m: n + 0.5 }) };
  });
}

/** Up to five numbers, or lists of them. */
const listOf = (y: number): Json =>
  Array.from({ length: y % 6 }, (_, k) =>
    y % 5 === 0 ? Array.from({ length: (y + k) % 3 }, (__, j) => y + j) : y + k,
  );

/** A value as a step gives it: some lists of a port `l`, which no condition reads, lie in the store: the digest is it. */
export function given(address: string, port: string, json: Json): Value {
  if (port !== 'l' || !Array.isArray(json) || hash(1, address) % 2 === 0) return literal(json);
  return { digest: IN_STORE + JSON.stringify(json), size: 5000 };
}
const IN_STORE = 'json ';

/** The operate and the resolver that always fail. */
export const FAILING = 'broken';

/** What a resolver gives, or a merge; undefined if it fails. */
export function suppliedBy(command: Resolve | Merge): Json | undefined {
  if (command.kind === 'resolve') return command.name === FAILING ? undefined : (command.args['v'] ?? null);
  return merged(command.operate, command.inner && seenAs(command.inner), seenAs(command.data));
}

/** What a merge gives: of booleans whether they differ, else something that tells what it was made of. */
export function merged(operate: string, inner: Json, by: Json): Json | undefined {
  if (operate === FAILING) return undefined;
  return typeof by === 'boolean' ? (inner === true) !== by : { operate, inner, by };
}

/** A value as a step sees it, what lies in a store by its digest. */
export function seenAs(value: Value): Json {
  return foldValue<Json>(value, {
    leaf: ({ inline, digest = '' }) => {
      if (inline !== undefined) return inline;
      return digest.startsWith(IN_STORE) ? (JSON.parse(digest.slice(IN_STORE.length)) as Json) : `stored ${digest}`;
    },
    list: parts => parts,
    flat: concatenated,
  });
}

/** Of a list of lists; anything else is no list, which who reads it says. */
export const concatenated = (lists: Json): Json => (isListOfLists(lists) ? lists.flat() : 'no list of lists');

const isListOfLists = (value: Json): value is readonly (readonly Json[])[] =>
  Array.isArray(value) && value.every(part => Array.isArray(part));
