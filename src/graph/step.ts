import type { Policy } from '../document/document.js';
import { checkContract } from './check-contract.js';
import type { StepContract } from './contract.js';
import { manifestOf } from './manifest.js';
import type { NoPorts, Ports } from './ports.js';

export interface StepSpec<Id extends string, I extends Ports, O extends Ports, P extends Ports> extends Policy {
  readonly id: Id;
  readonly in: I;
  readonly out: O;
  readonly options?: P;
  readonly pure?: boolean;
  readonly version?: string;
  readonly title?: string;
}

/**
 * The contract of a step: typed ports and options, defaults of its policies. Throws a `DefinitionError` for a bad id or
 * port name, and for a schema that JSON can't carry or that works only one way.
 */
export function step<const Id extends string, I extends Ports, O extends Ports, P extends Ports = NoPorts>(
  spec: StepSpec<Id, I, O, P>,
): StepContract<Id, I, O, P> {
  // Without `options` P is inferred as NoPorts, which TypeScript can't see from here.
  const options = spec.options ?? ({} as P);
  const contract = Object.freeze({ ...spec, kind: 'step' as const, options });
  checkContract(contract);
  manifestOf(contract);
  return contract;
}
