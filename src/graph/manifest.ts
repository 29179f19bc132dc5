import type { Manifest, Policy } from '../document/document.js';
import type { AnyStep } from './contract.js';
import { deepFreeze } from './deep-freeze.js';
import { portSchemas } from './port-schema.js';

const manifests = new WeakMap<AnyStep, Manifest>();

/** A step's contract as JSON: what a document carries of it. The same object for the same contract. */
export function manifestOf(contract: AnyStep): Manifest {
  let known = manifests.get(contract);
  if (known === undefined) {
    known = deepFreeze({
      ...(contract.title !== undefined && { title: contract.title }),
      in: portSchemas(contract.in),
      out: portSchemas(contract.out),
      ...(contract.kind === 'stream' && {
        yields: portSchemas(contract.yields),
        ...(contract.cursor !== undefined && { cursor: contract.cursor }),
      }),
      options: portSchemas(contract.options),
      ...(Object.keys(contract.context).length > 0 && { context: portSchemas(contract.context) }),
      ...(contract.pure !== undefined && { pure: contract.pure }),
      ...(contract.version !== undefined && { version: contract.version }),
      ...(contract.kind === 'step' && contract.cache !== undefined && { cache: structuredClone(contract.cache) }),
      ...policyOf(contract),
    });
    manifests.set(contract, known);
  }
  return known;
}

/** A copy of the policy fields, and of nothing else. */
export function policyOf({ retry, timeout, deadline, heartbeat }: Policy): Policy {
  return {
    ...(retry !== undefined && { retry: structuredClone(retry) }),
    ...(timeout !== undefined && { timeout }),
    ...(deadline !== undefined && { deadline }),
    ...(heartbeat !== undefined && { heartbeat }),
  };
}
