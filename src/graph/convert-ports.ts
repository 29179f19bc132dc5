import { isBytes } from '../schema/content.js';
import type { Json } from '../value/json.js';
import type { Content } from './bytes.js';
import { suggest } from './named.js';
import { decodePort, encodeBytes, encodePort, type Encoded, type Misfit } from './port-codec.js';
import { portSchemas } from './port-schema.js';
import type { Ports } from './ports.js';

/** What is wrong with the value of one port. */
export interface PortProblem {
  readonly port: string;
  readonly kind: 'unknown' | 'missing' | 'misfit' | 'not_json';
  /** What was expected and what was there, without the port's name. */
  readonly message: string;
  readonly cause?: unknown;
}
/** Values by port; with problems, those that are right. */
export interface Converted<T> {
  readonly values: Readonly<Record<string, T>>;
  readonly problems: readonly PortProblem[];
}

/**
 * Code side to JSON side, everything that is wrong at once. A port that is `undefined` is left out; `mayMiss` says whether
 * it may be.
 */
export function encodePorts(ports: Ports, given: object, mayMiss: MayMiss): Converted<Json> {
  return encodeEach(ports, given, mayMiss, (_, schema, value) => encodePort(schema, value));
}

/** As `encodePorts`, but what a port of bytes is given stays bytes, or a stream of them. */
export function encodeContents(ports: Ports, given: object, mayMiss: MayMiss): Converted<Content> {
  const json = portSchemas(ports);
  return encodeEach<Content>(ports, given, mayMiss, (port, schema, value) =>
    isBytes(json[port]) ? encodeBytes(schema, value) : encodePort(schema, value),
  );
}

type MayMiss = (schema: Ports[string]) => boolean;

function encodeEach<T>(
  ports: Ports,
  given: object,
  mayMiss: MayMiss,
  encode: (port: string, schema: Ports[string], value: unknown) => Encoded<T>,
): Converted<T> {
  const values: [string, T][] = [];
  const own = new Map<string, unknown>(Object.entries(given));
  const problems = unknownPorts(ports, own);
  for (const [port, schema] of Object.entries(ports)) {
    const value = own.get(port);
    if (value === undefined && mayMiss(schema)) continue;
    const encoded = encode(port, schema, value);
    if (encoded.ok) values.push([port, encoded.json]);
    else problems.push(problemOf(port, value, encoded));
  }
  return { values: Object.fromEntries(values), problems };
}

/** JSON side to code side, defaults filled in, everything that is wrong at once. What is bytes already may stay so. */
export function decodePorts(ports: Ports, json: Readonly<Record<string, Content>>): Converted<unknown> {
  const values: [string, unknown][] = [];
  const own = new Map(Object.entries(json));
  const problems = unknownPorts(ports, own);
  for (const [port, schema] of Object.entries(ports)) {
    const decoded = decodePort(schema, own.get(port));
    if (decoded.ok) values.push([port, decoded.value]);
    else problems.push(problemOf(port, own.get(port), decoded));
  }
  return { values: Object.fromEntries(values.filter(([, value]) => value !== undefined)), problems };
}

function unknownPorts(ports: Ports, given: ReadonlyMap<string, unknown>): PortProblem[] {
  return [...given.keys()]
    .filter(port => given.get(port) !== undefined && !Object.hasOwn(ports, port))
    .map(port => ({ port, kind: 'unknown', message: `there is no such port${suggest(port, Object.keys(ports))}` }));
}

function problemOf(port: string, value: unknown, { kind, problems, cause }: Misfit): PortProblem {
  const message = problems.join('; ');
  return { port, kind: value === undefined ? 'missing' : kind, message, ...(cause !== undefined && { cause }) };
}
