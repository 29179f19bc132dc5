import { awaitedDeadline, awaitedProblem } from '../document/awaited.js';
import { isReserved, portProblem } from '../document/ids.js';
import type { Ports as DocumentPorts, PortSchema } from '../document/document.js';
import { check } from '../schema/check.js';
import type { Json } from '../value/json.js';
import { checkJson } from '../value/legal.js';
import { literal } from '../value/leaf.js';
import type { Leaf } from '../value/value.js';
import { frozenCopy } from './frozen-copy.js';
import { under, within, type Place } from './place.js';
import type { Awaited, PlanPort } from './plan.js';
import type { Report } from './report.js';

/** A port (or an option) of a contract or of a graph. */
export interface Port {
  readonly name: string;
  readonly schema: PortSchema;
  /** Declared optional, and without a default. */
  readonly optional: boolean;
  readonly default?: Leaf;
  /** Of an input of a graph. */
  readonly awaited?: Awaited;
}
/** Ports sorted by name, as plans number them: the order of keys in a document means nothing. */
export interface PortTable {
  readonly list: readonly Port[];
  readonly index: ReadonlyMap<string, number>;
}

/** What a step, a graph or a sleep takes and gives. */
export interface Ports {
  readonly in: PortTable;
  readonly out: PortTable;
}

/** Whether it becomes an open port where nothing is wired to it. */
export const staysOpen = ({ awaited, default: usual, optional }: Port): boolean =>
  !optional && (awaited !== undefined || usual === undefined);

export const portTable = (list: readonly Port[]): PortTable => ({
  list,
  index: new Map(list.map((port, k) => [port.name, k])),
});

export const NO_PORTS = portTable([]);

/** Reads declared ports. The schemas are copies: a plan shares nothing with the document it was made from. */
export function readPorts(ports: DocumentPorts | undefined, place: Place, report: Report): PortTable {
  return readTable(ports, false, place, report);
}

/** As `readPorts`, of the inputs of a graph: they may be awaited. */
export function readInputs(ports: DocumentPorts | undefined, place: Place, report: Report): PortTable {
  return readTable(ports, true, place, report);
}

function readTable(ports: DocumentPorts = {}, areInputs: boolean, up: Place, report: Report): PortTable {
  const names = Object.keys(ports).sort();
  if (names.length === 0) return NO_PORTS;
  return portTable(
    names.map(name => {
      const place = under(up, name);
      const port = readPort(name, ports[name] as PortSchema, place, report);
      const awaited = readAwaited(port.schema, areInputs, place, report);
      return awaited === undefined ? port : { ...port, awaited };
    }),
  );
}

function readAwaited(schema: PortSchema, isInput: boolean, place: Place, report: Report): Awaited | undefined {
  if (schema.awaited === undefined) return undefined;
  const problem = awaitedProblem(schema, isInput);
  if (problem !== undefined) report('bad_schema', under(place, 'awaited'), problem);
  const deadline = awaitedDeadline(schema);
  return deadline === undefined ? {} : { deadline };
}

function readPort(name: string, declared: PortSchema, place: Place, report: Report): Port {
  const problem = portProblem(name);
  if (problem !== undefined) report(isReserved(name) ? 'reserved_name' : 'bad_id', place, problem);
  const [illegal] = checkJson(declared);
  if (illegal !== undefined) {
    report('bad_schema', place, `this schema is not JSON: ${illegal.message}`);
    return { name, schema: {}, optional: declared.optional === true };
  }
  const schema = frozenCopy(declared);
  if (schema.default === undefined) return { name, schema, optional: schema.optional === true };
  const value = readLiteral(schema.default, schema, under(place, 'default'), report);
  return { name, schema, optional: false, ...(value !== undefined && { default: value }) };
}

/** A literal as a leaf; reports `bad_literal` where it is not JSON or not what the schema wants. */
export function readLiteral(
  json: Json,
  schema: PortSchema | undefined,
  place: Place,
  report: Report,
): Leaf | undefined {
  const illegal = checkJson(json);
  for (const { path, message } of illegal) report('bad_literal', within(place, path), message);
  if (illegal.length > 0) return undefined;
  checkLiteral(json, schema, place, report);
  return literal(frozenCopy(json));
}

export function checkLiteral(json: Json, schema: PortSchema | undefined, place: Place, report: Report): void {
  if (schema === undefined) return;
  for (const { path, message } of check(schema, json)) report('bad_literal', within(place, path), message);
}

/** The port as a plan shows it. */
export const planPort = ({ name, schema, optional }: Port): PlanPort =>
  optional ? { name, schema, optional } : { name, schema };
