import type { PortSchema } from '../document/document.js';
import type { AnyGraph } from '../graph/contract.js';
import type { Plan } from '../plan/plan.js';
import { check } from '../schema/check.js';
import { describeSchema } from '../schema/describe.js';
import { nearest } from '../schema/nearest.js';
import type { BlobStore } from '../store/blob-store.js';
import type { Json } from '../value/json.js';
import { checkJson } from '../value/legal.js';
import type { Leaf } from '../value/value.js';
import { InvalidInputError, type InputIssue } from './invalid-input-error.js';
import { makeValues } from './make-values.js';
import { encodeInputs } from './run-values.js';

/** Values of a run's inputs by address: `$in.beans`, `brew/$in.water`. */
export type AddressedInputs = Readonly<Record<string, Leaf>>;

/**
 * What a typed graph is given, code side and by port, as values for a run of its plan. Throws `InvalidInputError` before
 * anything is stored.
 */
export async function graphInputs(
  graph: AnyGraph,
  plan: Plan,
  given: object,
  store: BlobStore,
): Promise<AddressedInputs> {
  const peeks = Object.fromEntries(plan.inputs.map(({ name, peeks = [] }) => [name, peeks]));
  const values = await encodeInputs(graph.in, given, store, peeks);
  return Object.fromEntries(Object.entries(values).map(([port, value]) => [`$in.${port}`, value]));
}

/**
 * What a plan is given, JSON side, as values for a run of it: by port, open ports by their address. Throws
 * `InvalidInputError`, with all that is wrong, before anything is stored.
 */
export async function planInputs(
  plan: Plan,
  given: Readonly<Record<string, unknown>>,
  store: BlobStore,
): Promise<AddressedInputs> {
  const ports = portsOf(plan);
  const own = new Map(Object.entries(given).filter(([, value]) => value !== undefined));
  const issues = [...unknownPorts(ports, own), ...ports.flatMap(port => portIssues(port, own.get(port.key)))];
  if (issues.length > 0) throw new InvalidInputError(issues);
  const known = ports.filter(({ key }) => own.has(key));
  const json = Object.fromEntries(known.map(({ key, address }) => [address, own.get(key) as Json]));
  const peeks = Object.fromEntries(known.map(port => [port.address, port.peeks]));
  return makeValues(json, store, peeks);
}

interface Port {
  /** What it is called where it is given. */
  readonly key: string;
  readonly address: string;
  readonly schema: PortSchema;
  readonly required: boolean;
  readonly peeks: readonly string[];
}

function portsOf(plan: Plan): readonly Port[] {
  const inputs = plan.inputs.map(({ name, schema, optional, default: literal, peeks = [] }) => {
    const required = !optional && literal === undefined;
    return { key: name, address: `$in.${name}`, schema, required, peeks };
  });
  const open = plan.open.map(({ address, schema }) => ({ key: address, address, schema, required: true, peeks: [] }));
  return [...inputs, ...open];
}

function unknownPorts(ports: readonly Port[], own: ReadonlyMap<string, unknown>): readonly InputIssue[] {
  const keys = ports.map(({ key }) => key);
  return [...own.keys()]
    .filter(name => !keys.includes(name))
    .map(name => {
      const meant = nearest(name, keys);
      const hint = meant === undefined ? `expected ${keys.join(', ') || 'no input'}` : `did you mean "${meant}"?`;
      return { code: 'unknown_port', address: `$in.${name}`, message: `the graph has no such input (${hint})` };
    });
}

function portIssues({ address, schema, required }: Port, value: unknown): readonly InputIssue[] {
  if (value === undefined) {
    const message = `is missing, expected ${describeSchema(schema)}`;
    return required ? [{ code: 'missing_input', address, message }] : [];
  }
  const illegal = checkJson(value);
  if (illegal.length > 0) return illegal.map(({ path, message }) => issue('not_json', address, path, message));
  return check(schema, value as Json).map(({ path, message }) => issue('invalid_value', address, path, message));
}

const issue = (code: InputIssue['code'], address: string, path: string, message: string): InputIssue => ({
  code,
  address,
  message: path ? `${path}: ${message}` : message,
});
