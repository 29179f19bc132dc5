import type { DocumentNode, OnFailure, Policy } from '../document/document.js';
import { checkNames } from './check-names.js';
import { conditionForm } from './condition-form.js';
import { isContract, isGraph, type AnyContract } from './contract.js';
import { encodePorts } from './convert-ports.js';
import { policyOf } from './manifest.js';
import { portFacts } from './port-ref.js';
import { mayBeLeftOut } from './port-schema.js';
import type { Ports } from './ports.js';
import type { Recording } from './recording.js';
import { literals, wire } from './wiring.js';

/** The options of `g.run`, as they come without their types. */
export interface AnyUseOptions extends Policy {
  readonly as?: string | undefined;
  readonly options?: object | undefined;
  readonly when?: unknown;
  readonly limit?: number | undefined;
  readonly cluster?: string | undefined;
  readonly onFailure?: unknown;
}

const ON_GRAPHS = ['as', 'when', 'cluster'];
const ON_STEPS = [...ON_GRAPHS, 'options', 'limit', 'onFailure', 'retry', 'timeout', 'deadline', 'heartbeat'];

/** Adds the node that `g.run` stands for, and gives its id. */
export function recordUse(recording: Recording, contract: unknown, wires: unknown, options: AnyUseOptions): string {
  if (!isContract(contract)) {
    throw recording.error('invalid_contract', 'g.run: expected a contract, made by `step`, `stream` or `graph`');
  }
  const { as: id = contract.id, cluster } = options;
  const owner = `node "${id}"`;
  const what = `${contract.kind} "${contract.id}"`;
  checkNames(recording, { owner, what: `a use of ${what}`, known: isGraph(contract) ? ON_GRAPHS : ON_STEPS }, options);
  const when = options.when === undefined ? undefined : conditionForm(recording, `${owner}, when`, options.when);
  const fed = { in: wire(recording, owner, contract.in, wires), ...(when !== undefined && { when }) };
  const node: DocumentNode = isGraph(contract)
    ? { graph: contract.id, ...fed }
    : { step: contract.id, ...fed, ...stepOptions(recording, owner, contract, options) };
  recording.add(id, { node, what, use: contract, ...(cluster !== undefined && { cluster }) });
  return id;
}

function stepOptions(recording: Recording, owner: string, contract: AnyContract, given: AnyUseOptions): object {
  for (const [name, value] of Object.entries(given.options ?? {})) {
    if (portFacts(value) === undefined) continue;
    throw recording.error(
      'invalid_options',
      `${owner}: option "${name}" is a port; options are fixed, make it an input`,
    );
  }
  const { values, problems } = encodePorts(contract.options, given.options ?? {}, mayBeLeftOut);
  if (problems.length > 0) {
    const list = problems.map(({ port, message }) => `option "${port}": ${message}`).join('; ');
    throw recording.error('invalid_options', `${owner}: ${list}`);
  }
  return {
    ...(Object.keys(values).length > 0 && { options: structuredClone(values) }),
    ...(given.limit !== undefined && { limit: given.limit }),
    ...(given.onFailure !== undefined && { onFailure: onFailure(recording, owner, contract.out, given.onFailure) }),
    ...policyOf(given),
  };
}

function onFailure(recording: Recording, owner: string, outputs: Ports, given: unknown): OnFailure {
  if (given === 'fail' || given === 'skip') return given;
  if (typeof given !== 'object' || given === null || !('fallback' in given)) {
    throw recording.error('unsupported_option', `${owner}: onFailure is 'fail', 'skip' or { fallback: { … } }`);
  }
  return { fallback: literals(recording, `${owner}, fallback`, outputs, given.fallback) };
}
