import type { CachePolicy, Document, Policy } from '../document/document.js';
import type { Code, NoPorts, Ports, Returned } from './ports.js';

/** What something that runs as a node takes and gives, without saying how: safe to import anywhere. */
export interface Contract<Id extends string, I extends Ports, O extends Ports, P extends Ports = NoPorts> {
  readonly kind: 'step' | 'graph';
  readonly id: Id;
  readonly title?: string;
  readonly in: I;
  readonly out: O;
  readonly options: P;
}
export type AnyContract = Contract<string, Ports, Ports, Ports>;

/** The contract of a step; its implementation is an `impl` elsewhere. */
export interface StepContract<
  Id extends string,
  I extends Ports,
  O extends Ports,
  P extends Ports = NoPorts,
  C extends Ports = NoPorts,
>
  extends Contract<Id, I, O, P>, Policy {
  readonly kind: 'step';
  /** What it takes of a run's context, by name: secrets, which nothing records. */
  readonly context: C;
  /** The same inputs and options always give the same outputs, and nothing else happens. */
  readonly pure?: boolean;
  /** Changes whenever the implementation means something else by the same ports. */
  readonly version?: string;
  /** Keeps its results: for ever, or so long. What was given before for the same inputs, options and code is not computed again. */
  readonly cache?: CachePolicy;
}
export type AnyStep = StepContract<string, Ports, Ports, Ports, Ports>;

/** What the implementation of a contract is given, code side. */
export type InputOf<K extends AnyContract> = Code<K['in']>;
/** What it returns, code side. */
export type OutputOf<K extends AnyContract> = Returned<K['out']>;

/** Any graph as a contract; without its addresses, whose types fit nothing but themselves. */
export interface AnyGraph extends AnyContract {
  readonly kind: 'graph';
  readonly document: Document;
}

/** Whether `value` is what `step` or `graph` returns. */
export function isContract(value: unknown): value is AnyContract {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'step' || value.kind === 'graph')
  );
}

export const isGraph = (value: unknown): value is AnyGraph => isContract(value) && value.kind === 'graph';
