import type { z } from 'zod';
import type { Addrs } from './address.js';
import type { AnyContract } from './contract.js';
import type { Ports, Wire } from './ports.js';
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
  : unknown);

/** Output ports of a node that runs, and of one that may not. */
export type Outs<P extends Ports> = { readonly [K in keyof P]: Ref<Wire<P[K]>> };
export type MaybeOuts<P extends Ports> = { readonly [K in keyof P]: Ref<Wire<P[K]> | undefined> };

/** What feeds input ports: a port of a node, or a literal (JSON side). Ports that may be left out may be fed by absent ones. */
export type Wires<P extends Ports> = {
  [K in keyof P as undefined extends z.input<P[K]> ? never : K]: Ref<Wire<P[K]>> | Wire<P[K]>;
} & { [K in keyof P as undefined extends z.input<P[K]> ? K : never]?: Ref<Wire<P[K]> | undefined> | Wire<P[K]> };
