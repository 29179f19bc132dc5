import type { CachePolicy, Document, Policy } from '../document/document.js';
import type { Code, NoPorts, Ports, Returned } from './ports.js';

/** What something that runs as a node takes and gives, without saying how: safe to import anywhere. */
export interface Contract<Id extends string, I extends Ports, O extends Ports, P extends Ports = NoPorts> {
  readonly kind: 'step' | 'stream' | 'graph';
  readonly id: Id;
  readonly title?: string;
  readonly in: I;
  readonly out: O;
  readonly options: P;
}
export type AnyContract = Contract<string, Ports, Ports, Ports>;

/** What steps and streams have. */
interface Executed<Id extends string, I extends Ports, O extends Ports, P extends Ports, C extends Ports>
  extends Contract<Id, I, O, P>, Policy {
  readonly kind: 'step' | 'stream';
  /** What it takes of a run's context, by name: secrets, which nothing records. */
  readonly context: C;
  /** The same inputs and options always give the same outputs, and nothing else happens. */
  readonly pure?: boolean;
  /** Changes whenever the implementation means something else by the same ports. */
  readonly version?: string;
}
/** The contract of a step; its implementation is an `impl` elsewhere. */
export interface StepContract<
  Id extends string,
  I extends Ports,
  O extends Ports,
  P extends Ports = NoPorts,
  C extends Ports = NoPorts,
> extends Executed<Id, I, O, P, C> {
  readonly kind: 'step';
  /** Keeps its results: for ever, or so long. What was given before for the same inputs, options and code is not computed again. */
  readonly cache?: CachePolicy;
}
/** The contract of a stream: a step that gives items while it runs, and outputs when it has ended. */
export interface StreamContract<
  Id extends string,
  I extends Ports,
  Y extends Ports,
  O extends Ports = NoPorts,
  P extends Ports = NoPorts,
  C extends Ports = NoPorts,
  Cursor extends string = never,
> extends Executed<Id, I, O, P, C> {
  readonly kind: 'stream';
  /** What each of its items has. */
  readonly yields: Y;
  /** The yield by which its code finds where to go on (`ctx.cursor`), if it need not begin anew when it is executed again. */
  readonly cursor?: Cursor;
}
export type AnyStream = StreamContract<string, Ports, Ports, Ports, Ports, Ports, string>;
/** A step or a stream. */
export type AnyStep = StepContract<string, Ports, Ports, Ports, Ports> | AnyStream;

/** What the implementation of a contract is given, code side. */
export type InputOf<K extends AnyContract> = Code<K['in']>;
/** What it returns, code side. */
export type OutputOf<K extends AnyContract> = Returned<K['out']>;

/** Any graph as a contract; without its addresses, whose types fit nothing but themselves. */
export interface AnyGraph extends AnyContract {
  readonly kind: 'graph';
  readonly document: Document;
}

const KINDS: ReadonlySet<unknown> = new Set<AnyContract['kind']>(['step', 'stream', 'graph']);

/** Whether `value` is what `step`, `stream` or `graph` returns. */
export const isContract = (value: unknown): value is AnyContract =>
  typeof value === 'object' && value !== null && 'kind' in value && KINDS.has(value.kind);

export const isGraph = (value: unknown): value is AnyGraph => isContract(value) && value.kind === 'graph';
/** Whether `value` is what `step` or `stream` returns. */
export const isStep = (value: unknown): value is AnyStep => isContract(value) && value.kind !== 'graph';
export const isStream = (value: unknown): value is AnyStream => isContract(value) && value.kind === 'stream';
