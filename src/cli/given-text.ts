import { text as readStream } from 'node:stream/consumers';
import { formatIssues } from '../document/issue.js';
import { locate } from '../document/locate.js';
import { readText } from '../document/read-text.js';
import type { Text } from '../document/text.js';
import { EspalierError } from '../value/espalier-error.js';
import { isJsonObject, type Json, type JsonObject } from '../value/json.js';
import { quote } from '../value/quote.js';
import { readDocumentText } from './load/load-graph.js';

/** What an option gives as JSON or YAML. */
export interface GivenText {
  /** For messages: the file, `stdin`, or the option itself. */
  readonly name: string;
  readonly text: string;
  readonly read: Text;
  readonly value: Json;
}

/** The text of `given`: itself, that of `@file`, or stdin for `-`; and what is read of it, mistakes included. */
export async function readSource(given: string, option: string): Promise<Omit<GivenText, 'value'>> {
  const file = given.startsWith('@') ? given.slice(1) : undefined;
  const text = await (file !== undefined ? readDocumentText(file) : given === '-' ? readStream(process.stdin) : given);
  return { name: file ?? (given === '-' ? 'stdin' : option), text, read: readText(text) };
}

/** Reads `given`: JSON or YAML, `@file`, or `-` for stdin. Throws `usage` with every mistake and its place. */
export async function readGiven(given: string, option: string, what: string): Promise<GivenText> {
  const source = await readSource(given, option);
  const { name, text, read } = source;
  if (read.findings.length > 0 || read.value === undefined) {
    const issues = formatIssues(locate(read.findings, text, read, name)).replace(/^/gm, '  ');
    throw new EspalierError('usage', `${what} can't be read:\n${issues}`);
  }
  return { ...source, value: read.value };
}

/** As `readGiven`, where only an object will do. `expected`: what it is to have. */
export async function readObject(given: string, option: string, what: string, expected: string): Promise<JsonObject> {
  const { name, value } = await readGiven(given, option, what);
  if (isJsonObject(value)) return value;
  const hint = name === option ? ' (a file is given as @file)' : '';
  throw new EspalierError('usage', `${name}: expected ${expected}, got ${quote(value)}${hint}`);
}
