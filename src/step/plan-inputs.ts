import type { PortSchema } from '../document/document.js';
import type { AnyGraph } from '../graph/contract.js';
import { bind } from '../intervention/bind.js';
import type { SentIntervention } from '../intervention/intervention.js';
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

/** What else a run is begun with: it decides which inputs are needed. */
export interface BegunWith {
  readonly interventions?: readonly SentIntervention[];
  readonly prune?: boolean;
  /** Nothing has to be there: it is only asked what would happen. */
  readonly partial?: boolean;
}

/**
 * What a typed graph is given, code side and by port, as values for a run of its plan. Throws `InvalidInputError` before
 * anything is stored.
 */
export async function graphInputs(
  graph: AnyGraph,
  plan: Plan,
  given: object,
  store: BlobStore,
  begunWith: BegunWith = {},
): Promise<AddressedInputs> {
  const peeks = Object.fromEntries(plan.inputs.map(({ name, peeks = [] }) => [name, peeks]));
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  const missing = missingOf(
    plan,
    own.map(([port]) => `$in.${port}`),
    begunWith,
  );
  const values = await encodeInputs(graph.in, given, store, peeks, port => missing.has(`$in.${port}`));
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
  begunWith: BegunWith = {},
): Promise<AddressedInputs> {
  const own = new Map(Object.entries(given).filter(([, value]) => value !== undefined));
  const ports = portsOf(plan, own, begunWith);
  const issues = [...unknownPorts(ports, own), ...ports.flatMap(port => portIssues(port, own.get(port.key)))];
  if (issues.length > 0) throw new InvalidInputError(issues);
  const known = ports.filter(({ key }) => own.has(key));
  const json = Object.fromEntries(known.map(({ key, address }) => [address, own.get(key) as Json]));
  const peeks = Object.fromEntries(known.map(port => [port.address, port.peeks]));
  const schemas = Object.fromEntries(known.map(port => [port.address, port.schema]));
  return makeValues(json, store, peeks, schemas);
}

interface Port {
  /** What it is called where it is given. */
  readonly key: string;
  readonly address: string;
  readonly schema: PortSchema;
  /** It is missing if it is not given. */
  readonly required: boolean;
  readonly peeks: readonly string[];
}

function portsOf(plan: Plan, own: ReadonlyMap<string, unknown>, begunWith: BegunWith): readonly Port[] {
  const all = [
    ...plan.inputs.map(({ name, ...port }) => ({ ...port, key: name, address: `$in.${name}` })),
    ...plan.open.map(port => ({ ...port, key: port.address })),
  ];
  const given = all.filter(({ key }) => own.has(key)).map(({ address }) => address);
  const missing = missingOf(plan, given, begunWith);
  return all.map(({ key, address, schema, peeks = [] }) => ({
    ...{ key, address, schema, peeks },
    required: missing.has(address),
  }));
}

/** Required inputs that nobody gives, and that something needs which will run [I8]. */
function missingOf(plan: Plan, given: readonly string[], begunWith: BegunWith): ReadonlySet<string> {
  const { interventions = [], prune = false, partial = false } = begunWith;
  if (partial) return new Set();
  return new Set(bind(plan, new Set(given), interventions, { prune }).missing);
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
