import { z } from 'zod';
import { awaitedProblem } from '../document/awaited.js';
import type { PortSchema } from '../document/document.js';
import { canonicalJson } from '../value/canonical.js';
import type { Json } from '../value/json.js';
import { deepFreeze } from './deep-freeze.js';
import { encodePort } from './port-codec.js';
import { schemaProblems, type SchemaProblem } from './schema-problems.js';
import type { Ports } from './ports.js';

const schemas = new WeakMap<z.core.$ZodType, PortSchema>();
const tables = new WeakMap<Ports, Readonly<Record<string, PortSchema>>>();

/**
 * The JSON Schema of a port's JSON side. A port that may be left out has a `default` (JSON side, read once, here) or is
 * marked `optional`. Ask `portProblems` first: it throws what zod throws for a schema that JSON can't carry.
 */
function portSchema(schema: z.core.$ZodType): PortSchema {
  let known = schemas.get(schema);
  if (known === undefined) {
    const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'throw' });
    // zod's own type of JSON Schema is wider than what it emits for schemas that JSON can carry.
    known = deepFreeze({ ...json, ...leftOut(schema) } as PortSchema);
    schemas.set(schema, known);
  }
  return known;
}

export function portSchemas(ports: Ports): Readonly<Record<string, PortSchema>> {
  let known = tables.get(ports);
  if (known === undefined) {
    known = Object.freeze(Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, portSchema(port)])));
    tables.set(ports, known);
  }
  return known;
}

/** Whether a port may be left unwired: it has a default, is optional, or is awaited. */
export function mayBeLeftOut(schema: z.core.$ZodType): boolean {
  const json = portSchema(schema);
  return json.optional === true || json.default !== undefined || json.awaited !== undefined;
}

/** Whether a value of the port may be absent, even after defaults. */
export const mayBeAbsent = (schema: z.core.$ZodType): boolean => portSchema(schema).optional === true;

/** What keeps a schema from being a port's, with a hint each. Only inputs of graphs may be awaited. */
export function portProblems(schema: z.core.$ZodType, isGraphInput = false): readonly SchemaProblem[] {
  const problems = schemaProblems(schema);
  if (problems.length > 0) return problems;
  try {
    const port = portSchema(schema);
    const waiting = awaitedProblem(port, isGraphInput);
    if (waiting !== undefined) return [{ path: '', message: waiting }];
    const { default: first } = port;
    const { default: second } = leftOut(schema);
    if (first === undefined || canonicalJson(first) === canonicalJson(second ?? null)) return [];
    return [{ path: '', message: CHANGING_DEFAULT }];
  } catch (error) {
    return [{ path: '', message: error instanceof Error ? error.message : String(error) }];
  }
}

const CHANGING_DEFAULT =
  'its default changes from call to call; a default is part of the contract: make the value in the step';

/** What a port gives when it is left out: nothing, its default, or (it must not be) neither. */
function leftOut(schema: z.core.$ZodType): { readonly optional?: true; readonly default?: Json } {
  const decoded = z.safeParse(schema, undefined);
  if (!decoded.success) return {};
  if (decoded.data === undefined) return { optional: true };
  const encoded = encodePort(schema, decoded.data);
  if (!encoded.ok) throw new Error(`its default does not fit it: ${encoded.problems.join('; ')}`);
  return { default: encoded.json };
}
