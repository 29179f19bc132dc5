import { locate } from '../document/locate.js';
import type { FeedOptions } from '../runner/feed-input.js';
import { EspalierError } from '../value/espalier-error.js';
import { isJsonObject } from '../value/json.js';
import { readSource } from './given-text.js';

export type Context = NonNullable<FeedOptions['context']>;

/**
 * What `--context` gives. It is secret: a mistake is told by its place, and nothing is quoted. Whether it fits the graph is
 * said when it is sealed. Throws `usage`.
 */
export async function readContext(given: string | undefined): Promise<Context | undefined> {
  if (given === undefined) return undefined;
  const { name, text, read } = await readSource(given, '--context');
  const [mistake] = locate(read.findings, text, read, undefined);
  if (mistake) {
    const { line, column, code } = mistake;
    const place = line === undefined ? '' : ` at line ${line}, column ${column}`;
    throw new EspalierError('usage', `${name}: the context can't be read${place} (${code})`);
  }
  if (isJsonObject(read.value)) return read.value as Context;
  const expected = 'an object of objects, as in {"_global": {"apiKey": …}}';
  const hint = name === '--context' ? ' (a file is given as @file)' : '';
  throw new EspalierError('usage', `${name}: expected ${expected}, got something else${hint}`);
}
