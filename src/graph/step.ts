import type { CachePolicy, Policy } from '../document/document.js';
import { checkContract } from './check-contract.js';
import type { StepContract } from './contract.js';
import { manifestOf } from './manifest.js';
import type { NoPorts, Ports } from './ports.js';

export interface StepSpec<
  Id extends string,
  I extends Ports,
  O extends Ports,
  P extends Ports,
  C extends Ports,
> extends Policy {
  readonly id: Id;
  readonly in: I;
  readonly out: O;
  readonly options?: P;
  readonly context?: C;
  readonly pure?: boolean;
  readonly version?: string;
  readonly cache?: CachePolicy;
  readonly title?: string;
}

/**
 * The contract of a step: typed ports and options, defaults of its policies. Throws a `DefinitionError` for a bad id or
 * port name, and for a schema that JSON can't carry or that works only one way.
 */
export function step<
  const Id extends string,
  I extends Ports,
  O extends Ports,
  P extends Ports = NoPorts,
  C extends Ports = NoPorts,
>(spec: StepSpec<Id, I, O, P, C>): StepContract<Id, I, O, P, C> {
  // Without `options` P is inferred as NoPorts, which TypeScript can't see from here; so is C without `context`.
  const { options = {} as P, context = {} as C } = spec;
  const contract = Object.freeze({ ...spec, kind: 'step' as const, options, context });
  checkContract(contract);
  manifestOf(contract);
  return contract;
}
