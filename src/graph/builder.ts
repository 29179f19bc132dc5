import type { Duration, OnRunFailure, Policy, Protection } from '../document/document.js';
import type { AnyContract } from './contract.js';
import type {
  AnyNode,
  AtCollect,
  AtEach,
  AtLoop,
  AtNode,
  Collected,
  ItemJson,
  ItemOf,
  Items,
  ItemsOf,
  ListsOf,
  MaybeOuts,
  Node,
  Outs,
  Wires,
} from './node.js';
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

/** How an each goes through its items. */
export interface EachOptions<As> {
  /** The node's id. */
  as: As;
  /** How many items may be open at once. Default 1,000. */
  concurrency?: number;
  /** Whether outputs come in the order of the items (default), or in that in which they end. */
  ordered?: boolean;
  /** What a failed node does to the other items: nothing (`continue`, default), or it fails the whole each. */
  onFailure?: OnRunFailure;
}

/** How an each goes through the items of a stream. */
export interface EachItemsOptions<As> extends EachOptions<As> {
  /** How many items may wait to be opened: the stream goes on when there are fewer. Default 1,000. */
  buffer?: number;
}
export interface CollectOptions<As> {
  /** The node's id; without it, that of the stream's node and `_items`. */
  as?: As;
  /** Gives what came before the stream failed, instead of nothing. */
  partial?: boolean;
}

/** What a loop repeats its body with. It needs `until`, here or from its body, or `max`. */
export interface LoopOptions<As, S extends Ports> {
  /** The node's id. */
  as: As;
  /** What goes from one iteration to the next: schemas by key. */
  state: S;
  /** The state of the first iteration. */
  init: NoInfer<Wires<S>>;
  /** An `until/1` expression over the state as an iteration leaves it, and `iteration`: if it holds, that was the last. */
  until?: string;
  /** The most iterations; default 100. Without `until` there are exactly so many. */
  max?: number;
  /** If `until` does not hold after `max` of them: the node fails (default), or ends as it is. */
  onLimit?: 'fail' | 'stop';
}

/** Anything; names the scalars, so that `'fast'` is taken as `'fast'` and not as some text. */
type Literal = string | number | boolean | object | null | undefined;

/** What a graph is built with. Every call is recorded; nothing runs. */
export interface G {
  /** A node: one use of a step, a stream or a graph. */
  run<
    K extends AnyContract,
    const As extends string = K['id'],
    W extends When = undefined,
    F extends OnFailure = 'fail',
  >(
    contract: K,
    wires: NoInfer<Wires<K['in']>>,
    ...options: Rest<K, As, W, F>
  ): Node<As, OutsOf<K, W, F> & ItemsOf<K, As>, AtNode<K>>;
  /**
   * A node that runs what `body` adds once for each item of a list, or of a stream, while it runs. Its outputs are lists of
   * what `body` gives out.
   */
  each<
    S extends Ref<readonly unknown[]> | Items<Ports>,
    const As extends string,
    O extends Readonly<Record<string, Ref<unknown>>>,
    const N extends readonly AnyNode[] = [],
  >(
    items: S,
    options: S extends Items<Ports> ? EachItemsOptions<As> : EachOptions<As>,
    body: (g: G, item: ItemOf<S>, index: Ref<number>) => { out: O; nodes?: N },
  ): Node<As, ListsOf<O>, AtEach<ItemJson<S>, O, N>>;
  /** A node that gives the items of a stream as lists, when the stream has ended: one for each of its yields. */
  collect<Y extends Ports, Id extends string, const As extends string = `${Id}_items`>(
    items: Items<Y, Id>,
    options?: CollectOptions<As>,
  ): Node<As, Collected<Y>, AtCollect<Y>>;
  /**
   * A node that runs what `body` adds again and again, each time with the state that it left the time before. Its outputs
   * are the last state. `until`, of the body as in the options, is asked after each iteration; it reads the body's ports.
   */
  loop<S extends Ports, const As extends string, const N extends readonly AnyNode[] = []>(
    options: LoopOptions<As, S>,
    body: (g: G, state: Outs<S>, iteration: Ref<number>) => { next: NoInfer<Wires<S>>; until?: When; nodes?: N },
  ): Node<As, Outs<S>, AtLoop<S, N>>;
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
  /** Labels the nodes that `body` adds: where they run (`queue`), and how many of them at once. For graphs, not for bodies. */
  cluster<R>(name: string, options: ClusterOptions, body: (g: G) => R): R;
  /**
   * Keeps an output of a node, or an input of the graph, from being changed from outside, or asks for a reason. For graphs,
   * not for bodies.
   */
  protect(port: Ref<unknown>, protection: Protection): void;
}
