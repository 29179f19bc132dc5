import type { PortSchema } from '../document/document.js';
import type { Plan } from '../plan/plan.js';
import { check } from '../schema/check.js';
import { typesOf } from '../schema/json-schema.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Json, JsonObject } from '../value/json.js';
import { quote } from '../value/quote.js';
import { readObject } from './given-text.js';

/**
 * The input of a run: `given` (JSON or YAML text, `@file`, `-` for stdin), with each of `set` (`port=value`) over it.
 * Whether it fits the graph is not asked here: that is said of everything at once when the run is started.
 */
export async function readInput(plan: Plan, given: string | undefined, set: readonly string[]): Promise<JsonObject> {
  const input = new Map(Object.entries(await readInputOption(given)));
  const schemas = new Map<string, PortSchema>([
    ...plan.inputs.map(({ name, schema }) => [name, schema] as const),
    ...plan.open.map(({ address, schema }) => [address, schema] as const),
  ]);
  for (const entry of set) {
    const [port, text] = splitEntry(entry, '--set', 'port=value');
    input.set(port, valueOf(text, schemas.get(port)));
  }
  return Object.fromEntries(input);
}

/** As `readInput`, for ports that are not known here. */
export async function readLooseInput(given: string | undefined, set: readonly string[] = []): Promise<JsonObject> {
  const object = await readInputOption(given);
  const entries = set.map(entry => {
    const [port, text] = splitEntry(entry, '--set', 'port=value');
    return [port, looseValueOf(text)] as const;
  });
  return { ...object, ...Object.fromEntries(entries) };
}

const readInputOption = async (given: string | undefined): Promise<JsonObject> =>
  given === undefined ? {} : readObject(given, '--input', 'the input', 'an object with a value for each port');

/** `name=value` at its first equals sign. Throws `usage`. */
export function splitEntry(entry: string, option: string, expected: string): readonly [name: string, value: string] {
  const equals = entry.indexOf('=');
  if (equals < 1) throw new EspalierError('usage', `${option} ${quote(entry)}: expected ${expected}`);
  return [entry.slice(0, equals), entry.slice(equals + 1)];
}

/**
 * What a shell can say of a value is text. It is read as JSON where that makes a number, a boolean, a list or an object
 * that the port takes; else the text is the value. Where neither fits, what is closer to what was meant.
 */
export function valueOf(text: string, schema: PortSchema | undefined): Json {
  const json = parseJson(text);
  if (json === undefined || typeof json === 'string') return text;
  if (schema === undefined || check(schema, json).length === 0) return json;
  return check(schema, text).length === 0 || takesText(schema) ? text : json;
}

/** A value for a port that is not known here: JSON, text in quotes included, else text. */
export function looseValueOf(text: string): Json {
  const json = parseJson(text);
  return json === undefined ? text : json;
}

const takesText = (schema: PortSchema): boolean => typesOf(schema)?.includes('string') ?? false;

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
