import type { z } from 'zod';
import type { Addr, Addrs } from './address.js';
import type { AnyContract, AnyStream } from './contract.js';
import type { Literals, Ports, Wire } from './ports.js';
import type { Ref } from './port-ref.js';

/** The key under which a node keeps its own facts: a symbol, so that ports may have any name. */
export const NODE: unique symbol = Symbol('node');
/** The key under which a graph keeps the type of the addresses below its nodes; nothing is there when it runs. */
export declare const INNER: unique symbol;

/** One use of something in a graph: its output ports as properties. `At`: its addresses. */
export type Node<Id extends string, Outputs, At> = Outputs & {
  readonly [NODE]: { readonly id: Id; readonly at: At };
};
export type AnyNode = { readonly [NODE]: { readonly id: string; readonly at: unknown } };

/** The addresses of some nodes, by node id. */
export type AtOf<N extends readonly AnyNode[]> = {
  readonly [X in N[number] as X[typeof NODE]['id']]: X[typeof NODE]['at'];
};
/** The addresses of one use of `K`: its ports, and the nodes below if it is a graph. */
export type AtNode<K extends AnyContract> = {
  readonly in: Addrs<K['in']>;
  readonly out: Addrs<K['out']>;
} & (K extends {
  readonly [INNER]?: infer Inner;
}
  ? Inner
  : unknown) &
  (K extends AnyStream ? { readonly items: Addr<Literals<K['yields']>[]> } : unknown);

/** Output ports of a node that runs, and of one that may not. */
export type Outs<P extends Ports> = { readonly [K in keyof P]: Ref<Wire<P[K]>> };
export type MaybeOuts<P extends Ports> = { readonly [K in keyof P]: Ref<Wire<P[K]> | undefined> };

declare const ITEM: unique symbol;
/**
 * The items of a stream, each with the ports `Y`: no `Ref`, since they come one after another. An each or a collect beside
 * the stream takes them. `Id`: the stream's node.
 */
export interface Items<out Y extends Ports, out Id extends string = string> {
  readonly [ITEM]: { readonly yields: Y; readonly of: Id };
}
/** What a node of a stream has beside its outputs. */
export type ItemsOf<K extends AnyContract, Id extends string> = K extends AnyStream
  ? { readonly items: Items<K['yields'], Id> }
  : unknown;
/** What the body of an each over `S` reads: an item of a list, or what an item of a stream has. */
export type ItemOf<S> = S extends Items<infer Y> ? Outs<Y> : S extends Ref<readonly (infer V)[]> ? Ref<V> : never;
/** One item of `S`, JSON side. */
export type ItemJson<S> = S extends Items<infer Y> ? Literals<Y> : S extends Ref<readonly (infer V)[]> ? V : never;
/** Output ports of a collect. */
export type Collected<Y extends Ports> = { readonly [K in keyof Y]: Ref<Exclude<Wire<Y[K]>, undefined>[]> };
/** The addresses of a collect. */
export interface AtCollect<Y extends Ports> {
  readonly in: { readonly items: Addr<Literals<Y>[]> };
  readonly out: { readonly [K in keyof Y]: Addr<Exclude<Wire<Y[K]>, undefined>[]> };
}

/** What feeds input ports: a port of a node, or a literal (JSON side). Ports that may be left out may be fed by absent ones. */
export type Wires<P extends Ports> = {
  [K in keyof P as undefined extends z.input<P[K]> ? never : K]: Ref<Wire<P[K]>> | Wire<P[K]>;
} & { [K in keyof P as undefined extends z.input<P[K]> ? K : never]?: Ref<Wire<P[K]> | undefined> | Wire<P[K]> };

/** Output ports of an each: lists of what its body gives out; what is absent drops out. */
export type ListsOf<O> = { readonly [K in keyof O]: O[K] extends Ref<infer V> ? Ref<Exclude<V, undefined>[]> : never };
/** The addresses of an each over items of `V`, whose body gives `O` out. */
export interface AtEach<V, O, N extends readonly AnyNode[]> {
  readonly in: { readonly items: Addr<V[]> };
  readonly out: { readonly [K in keyof O]: O[K] extends Ref<infer W> ? Addr<Exclude<W, undefined>[]> : never };
  /** The nodes of one item, by its number from 0. */
  item(n: number): AtOf<N>;
}
/** The addresses of a loop over the state `S`. */
export interface AtLoop<S extends Ports, N extends readonly AnyNode[]> {
  readonly in: Addrs<S>;
  readonly out: Addrs<S>;
  /** The nodes of one iteration, by its number from 0. */
  iteration(n: number): AtOf<N>;
}
