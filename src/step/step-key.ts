import type { PlanContract } from '../plan/plan.js';
import { canonicalJson } from '../value/canonical.js';
import type { JsonObject } from '../value/json.js';
import type { Value } from '../value/value.js';
import { textDigest, valueDigest } from './value-digest.js';

/** One use of a step, with what it depends on. */
export interface StepUse {
  readonly contract: Pick<PlanContract, 'step' | 'digest' | 'version'>;
  /** JSON side, defaults filled in, as in the plan. */
  readonly options?: JsonObject;
  /** By port, as the step would get them; an absent optional one is not there. */
  readonly inputs: Readonly<Record<string, Value>>;
  /** Of the worker's code: what counts where the contract has no version. */
  readonly buildId?: string;
}

/** What the results of a pure step depend on. */
export interface StepIdentity {
  readonly step: string;
  /** Digest of the contract: what was given for other ports is no result. */
  readonly contract: string;
  /** `version 3` of the contract, else `build <id>` of the worker. */
  readonly code: string;
  readonly options: JsonObject;
  /** Digests by port. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** Of which code its results are; `undefined` if nobody knows: then nothing of it is kept. */
export function codeOf({ contract: { version }, buildId }: Pick<StepUse, 'contract' | 'buildId'>): string | undefined {
  if (version !== undefined) return `version ${version}`;
  return buildId === undefined ? undefined : `build ${buildId}`;
}

/** `undefined` if its code is not known or an input can't be hashed: then nothing of it is kept. */
export function identityOf(use: StepUse): StepIdentity | undefined {
  const code = codeOf(use);
  if (code === undefined) return undefined;
  const inputs: Record<string, string> = {};
  for (const port in use.inputs) {
    const digest = valueDigest(use.inputs[port] as Value);
    if (digest === undefined) return undefined;
    inputs[port] = digest;
  }
  const { step, digest: contract } = use.contract;
  return { step, contract, code, options: use.options ?? {}, inputs };
}

/** The key of its results in the step cache (64 hex): the same for uses that must give the same, whatever their values weigh. */
export function stepKey({ step, contract, code, options, inputs }: StepIdentity): string {
  const ports = Object.keys(inputs).sort();
  const digests = ports.map(port => inputs[port] as string);
  return textDigest(JSON.stringify([step, contract, code, canonicalJson(options), ports, digests]));
}
