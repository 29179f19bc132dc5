import { ITEMS } from '../document/body.js';
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

/** The nodes of a graph or a body that have addresses, by id. */
export type Uses = ReadonlyMap<string, Use>;
/** What a node stands for: a contract, or a body of its own. */
export type Use = AnyContract | Body;
/** The body of an each or a loop, or a collect, which has none; `in` and `out` by port of the node. */
export interface Body {
  readonly kind: 'each' | 'loop' | 'collect';
  readonly id: string;
  readonly in: Readonly<Record<string, unknown>>;
  readonly out: Readonly<Record<string, unknown>>;
  readonly nodes: Uses;
}
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

/**
 * Addresses of one node: `in`, `out`, of a stream its `items`, of a graph the nodes below, of a body those of one item or iteration, by its number.
 * `scope`: '' or a path ending in `/`.
 */
export function nodeAddresses(use: Use, id: string, scope: string): unknown {
  const path = scope + id;
  const own: [string, () => unknown][] = [
    ['in', () => ports(`node "${path}" has no input`, use.in, `${path}/$in.`)],
    ['out', () => ports(`node "${path}" has no output`, use.out, `${path}.`)],
  ];
  if (use.kind === 'stream') own.push([ITEMS, () => Object.freeze({ text: `${path}.${ITEMS}` })]);
  if (hasScopes(use)) {
    own.push([SCOPES[use.kind].word, () => (ordinal: unknown) => scopeAddresses(use, path, ordinal)]);
    return named(new Map(own), belowScope(use));
  }
  const uses = (use.kind === 'graph' && usesOf.get(use)) || new Map<string, Use>();
  return named(new Map([...own, ...nodes(uses, `${path}/`)]), missingNode(use, uses));
}

type Scoped = Body & { readonly kind: keyof typeof SCOPES };
const hasScopes = (use: Use): use is Scoped => Object.hasOwn(SCOPES, use.kind);

/** How the scopes of a body are asked for, and how they are written. */
const SCOPES = {
  each: { word: 'item', segment: (path: string, ordinal: number) => `${path}[${ordinal}]/` },
  loop: { word: 'iteration', segment: (path: string, ordinal: number) => `${path}@${ordinal}/` },
} as const;

/** The nodes of one item or one iteration: `pages[3]/`. */
function scopeAddresses(body: Scoped, path: string, ordinal: unknown): unknown {
  const { word, segment } = SCOPES[body.kind];
  if (typeof ordinal !== 'number' || !Number.isSafeInteger(ordinal) || ordinal < 0) {
    const counted = `${word}s are counted by whole numbers from 0`;
    throw new DefinitionError('unknown_node', `${body.kind} "${path}" has no ${word} ${String(ordinal)}; ${counted}`);
  }
  return named(new Map(nodes(body.nodes, segment(path, ordinal))), missingNode(body, body.nodes));
}

const nodes = (uses: Uses, scope: string): [string, () => unknown][] =>
  [...uses].map(([id, use]) => [id, () => nodeAddresses(use, id, scope)]);

function ports(missing: string, table: Readonly<Record<string, unknown>>, prefix: string): unknown {
  const names = Object.keys(table);
  const addresses = names.map(name => [name, () => Object.freeze({ text: prefix + name })] as const);
  return named(
    new Map(addresses),
    name => new DefinitionError('unknown_port', `${missing} "${name}"${suggest(name, names)}`),
  );
}

function missingNode(use: Use, uses: Uses): (name: string) => Error {
  const within = `${use.kind} "${use.id}"`;
  return name =>
    new DefinitionError('unknown_node', `${within} has no node "${name}"${suggest(name, [...uses.keys()])}`);
}

function belowScope({ kind, id }: Scoped): (name: string) => Error {
  const { word } = SCOPES[kind];
  return name =>
    new DefinitionError('unknown_node', `${kind} "${id}" has no "${name}" of its own; its nodes are below ${word}(n)`);
}
