import type { Duration, Policy, Protection } from '../document/document.js';
import type { AnyContract } from './contract.js';
import type { AtNode, MaybeOuts, Node, Outs, Wires } from './node.js';
import type { Ref } from './port-ref.js';
import type { Given, Literals, Ports } from './ports.js';
import type { ClusterOptions } from './recording.js';

/** A condition: a boolean port, or an `until/1` expression over named ports. */
export type When =
  Ref<boolean> | { readonly expr: string; readonly in: Readonly<Record<string, Ref<unknown>>> } | undefined;
type OnFailure = 'fail' | 'skip' | { readonly fallback: unknown };
/** Holds a fallback to the outputs it stands for, JSON side. */
type Fitting<F, O extends Ports> = F extends { readonly fallback: unknown } ? { readonly fallback: Literals<O> } : F;

/** How one use of a contract runs; its policy fields win over the contract's. */
export interface RunOptions<As, P extends Ports, O extends Ports, W, F> extends Policy {
  /** The node's id; without it, the contract's. */
  as?: As;
  options?: Given<P>;
  /** If false, the node is skipped and its outputs are absent. */
  when?: W;
  /** How many executions of this node may be in flight at once. */
  limit?: number;
  cluster?: string;
  onFailure?: Fitting<F, O>;
}
/** A nested graph has no execution of its own to hold to a policy. */
type StepsOnly<K extends AnyContract> = K['kind'] extends 'graph'
  ? { readonly [P in keyof Policy | 'limit' | 'onFailure']?: never }
  : unknown;
type UseOptions<K extends AnyContract, As, W, F> = RunOptions<As, K['options'], K['out'], W, F> & StepsOnly<K>;
/** May be left out unless an option must be given. */
type Rest<K extends AnyContract, As, W, F> =
  {} extends Given<K['options']>
    ? [options?: UseOptions<K, As, W, F>]
    : [options: UseOptions<K, As, W, F> & { options: Given<K['options']> }];
type OutsOf<K extends AnyContract, W, F> = W extends undefined
  ? F extends 'skip'
    ? MaybeOuts<K['out']>
    : Outs<K['out']>
  : MaybeOuts<K['out']>;

/** Anything; names the scalars, so that `'fast'` is taken as `'fast'` and not as some text. */
type Literal = string | number | boolean | object | null | undefined;

/** What a graph is built with. Every call is recorded; nothing runs. */
export interface G {
  /** A node: one use of a step or of a graph. */
  run<
    K extends AnyContract,
    const As extends string = K['id'],
    W extends When = undefined,
    F extends OnFailure = 'fail',
  >(
    contract: K,
    wires: NoInfer<Wires<K['in']>>,
    ...options: Rest<K, As, W, F>
  ): Node<As, OutsOf<K, W, F>, AtNode<K>>;
  /** The first that is present, in this order: joins branches of `when`. The last may be a literal (JSON side). */
  first<V, L extends Literal>(
    a: Ref<V | undefined>,
    ...more: [...Ref<V | undefined>[], Ref<L> | L]
  ): Ref<Exclude<V, undefined> | L>;
  /** All of them as a list; an absent one drops out. */
  list<V>(refs: readonly Ref<V>[]): Ref<Exclude<V, undefined>[]>;
  /** The lists of a list, one after another. */
  flat<V>(lists: Ref<readonly (readonly V[])[]>): Ref<V[]>;
  /** The same value, `duration` later. `as` is the node's id. */
  sleep<V>(value: Ref<V>, duration: Duration, options: { as: string }): Ref<V>;
  /** Labels the nodes that `body` adds: where they run (`queue`), and how many of them at once. */
  cluster<R>(name: string, options: ClusterOptions, body: (g: G) => R): R;
  /** Keeps an output of a node, or an input of the graph, from being changed from outside, or asks for a reason. */
  protect(port: Ref<unknown>, protection: Protection): void;
}
