import type { Condition, DocumentNode, Form, OnFailure, Policy } from '../document/document.js';
import { isContract, isGraph, type AnyContract } from './contract.js';
import { encodePorts } from './convert-ports.js';
import { policyOf } from './manifest.js';
import { portForm } from './port-form.js';
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
    throw recording.error('invalid_contract', 'g.run: expected a contract, made by `step` or `graph`');
  }
  const { as: id = contract.id, cluster } = options;
  const owner = `node "${id}"`;
  checkNames(recording, owner, contract, options);
  const fed = { in: wire(recording, owner, contract.in, wires), ...condition(recording, owner, options.when) };
  const node: DocumentNode = isGraph(contract)
    ? { graph: contract.id, ...fed }
    : { step: contract.id, ...fed, ...stepOptions(recording, owner, contract, options) };
  const what = `${contract.kind} "${contract.id}"`;
  recording.add(id, { node, what, contract, ...(cluster !== undefined && { cluster }) });
  return id;
}

function checkNames(recording: Recording, owner: string, contract: AnyContract, options: AnyUseOptions): void {
  const known = isGraph(contract) ? ON_GRAPHS : ON_STEPS;
  for (const [name, value] of Object.entries(options)) {
    if (known.includes(name) || value === undefined) continue;
    const where = `a use of ${contract.kind} "${contract.id}" takes ${known.join(', ')}`;
    throw recording.error('unsupported_option', `${owner} has the option "${name}"; ${where}`);
  }
}

function condition(recording: Recording, owner: string, when: unknown): { readonly when?: Condition } {
  if (when === undefined) return {};
  const where = `${owner}, when`;
  if (portFacts(when) !== undefined) return { when: portForm(recording, where, when) };
  if (typeof when !== 'object' || when === null || !('expr' in when) || typeof when.expr !== 'string') {
    throw recording.error('not_a_port', `${where}: expected a boolean port, or { expr, in }`);
  }
  const names: object = 'in' in when && typeof when.in === 'object' ? (when.in ?? {}) : {};
  const forms = Object.entries(names).map(([name, value]): [string, Form] => [
    name,
    portForm(recording, `${where}, name "${name}"`, value),
  ]);
  return { when: { expr: when.expr, in: Object.fromEntries(forms) } };
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
