import { text as readStream } from 'node:stream/consumers';
import { formatIssues } from '../document/issue.js';
import { locate } from '../document/locate.js';
import { readText } from '../document/read-text.js';
import type { PortSchema } from '../document/document.js';
import type { Plan } from '../plan/plan.js';
import { check } from '../schema/check.js';
import { typesOf } from '../schema/json-schema.js';
import { EspalierError } from '../value/espalier-error.js';
import { isJsonObject, type Json, type JsonObject } from '../value/json.js';
import { quote } from '../value/quote.js';
import { readDocumentText } from './load/load-graph.js';

/**
 * The input of a run: `given` (JSON or YAML text, `@file`, `-` for stdin), with each of `set` (`port=value`) over it.
 * Whether it fits the graph is not asked here: that is said of everything at once when the run is started.
 */
export async function readInput(plan: Plan, given: string | undefined, set: readonly string[]): Promise<JsonObject> {
  const input = new Map(Object.entries(given === undefined ? {} : await readGiven(given)));
  const schemas = new Map<string, PortSchema>([
    ...plan.inputs.map(({ name, schema }) => [name, schema] as const),
    ...plan.open.map(({ address, schema }) => [address, schema] as const),
  ]);
  for (const entry of set) {
    const equals = entry.indexOf('=');
    if (equals < 1) throw usage(`--set ${quote(entry)}: expected port=value`);
    const port = entry.slice(0, equals);
    input.set(port, valueOf(entry.slice(equals + 1), schemas.get(port)));
  }
  return Object.fromEntries(input);
}

async function readGiven(given: string): Promise<JsonObject> {
  const file = given.startsWith('@') ? given.slice(1) : undefined;
  const text = await (file !== undefined ? readDocumentText(file) : given === '-' ? readStream(process.stdin) : given);
  const name = file ?? (given === '-' ? 'stdin' : '--input');
  const read = readText(text);
  if (read.findings.length > 0 || read.value === undefined) {
    throw usage(
      `the input can't be read:\n${formatIssues(locate(read.findings, text, read, name)).replace(/^/gm, '  ')}`,
    );
  }
  if (!isJsonObject(read.value)) {
    const hint = name === '--input' ? ' (a file is given as @file)' : '';
    throw usage(`${name}: expected an object with a value for each port, got ${quote(read.value)}${hint}`);
  }
  return read.value;
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

const takesText = (schema: PortSchema): boolean => typesOf(schema)?.includes('string') ?? false;

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const usage = (message: string): EspalierError => new EspalierError('usage', message);
