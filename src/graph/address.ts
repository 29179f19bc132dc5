import type { AnyContract } from './contract.js';
import { DefinitionError } from './definition-error.js';
import { suggest, named } from './named.js';
import type { Ports, Wire } from './ports.js';

declare const WRITES: unique symbol;

/** A port of a run, seen from outside, whatever its type. */
export interface AnyAddr {
  /** `grind.powder`, `brew/$in.powder`, `cover/ocr.text`; `$in.x` and `$out.x` of the graph itself. */
  readonly text: string;
}
/** As `AnyAddr`, of a port of `V`. Invariant: what writes to it must fit exactly. */
export interface Addr<in out V> extends AnyAddr {
  readonly [WRITES]?: (value: V) => V;
}
export type Addrs<P extends Ports> = { readonly [K in keyof P]: Addr<Wire<P[K]>> };

/** The nodes of a graph that are uses of a contract, by id. */
export type Uses = ReadonlyMap<string, AnyContract>;
const usesOf = new WeakMap<AnyContract, Uses>();

/** Remembers what a graph is made of, for the addresses below its uses elsewhere. */
export function rememberUses(graph: AnyContract, uses: Uses): void {
  usesOf.set(graph, uses);
}

/** `at` of a graph: `$in`, `$out`, and each node's addresses. Everything is made when first read: nesting may be deep. */
export function graphAddresses(graph: AnyContract, uses: Uses): unknown {
  const own: [string, () => unknown][] = [
    ['$in', () => ports(`graph "${graph.id}" has no input`, graph.in, '$in.')],
    ['$out', () => ports(`graph "${graph.id}" has no output`, graph.out, '$out.')],
  ];
  return named(new Map([...own, ...nodes(uses, '')]), missingNode(graph, uses));
}

/** Addresses of one use of a contract: `in`, `out`, and of a graph the nodes below. `scope`: '' or a path ending in `/`. */
export function nodeAddresses(contract: AnyContract, id: string, scope: string): unknown {
  const path = scope + id;
  const uses = usesOf.get(contract) ?? new Map<string, AnyContract>();
  const own: [string, () => unknown][] = [
    ['in', () => ports(`node "${path}" has no input`, contract.in, `${path}/$in.`)],
    ['out', () => ports(`node "${path}" has no output`, contract.out, `${path}.`)],
  ];
  return named(new Map([...own, ...nodes(uses, `${path}/`)]), missingNode(contract, uses));
}

const nodes = (uses: Uses, scope: string): [string, () => unknown][] =>
  [...uses].map(([id, contract]) => [id, () => nodeAddresses(contract, id, scope)]);

function ports(missing: string, table: Ports, prefix: string): unknown {
  const names = Object.keys(table);
  const addresses = names.map(name => [name, () => Object.freeze({ text: prefix + name })] as const);
  return named(
    new Map(addresses),
    name => new DefinitionError('unknown_port', `${missing} "${name}"${suggest(name, names)}`),
  );
}

function missingNode(contract: AnyContract, uses: Uses): (name: string) => Error {
  const within = `${contract.kind} "${contract.id}"`;
  return name =>
    new DefinitionError('unknown_node', `${within} has no node "${name}"${suggest(name, [...uses.keys()])}`);
}
