/** Inputs by line: each is kept before the next one goes, and has an id by its line, so that a repeat doubles nothing. */
import { randomUUID } from 'node:crypto';
import { jsonMistake } from '../document/json-mistake.js';
import { readJson } from '../document/json-text.js';
import type { FeedOptions } from '../runner/feed-input.js';
import { EspalierError } from '../value/espalier-error.js';
import { isJsonObject, type JsonObject } from '../value/json.js';
import { quote } from '../value/quote.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { onInterrupt } from './interrupt.js';
import { linesOf, type Line } from './lines.js';
import type { OpenWorkflow, Taken } from './open-runner.js';
import type { Terminal } from './terminal.js';
import { countText } from './words.js';

interface Telling {
  /** Of each input that was taken. */
  readonly told: (taken: Taken) => void;
  readonly terminal: Terminal;
}

interface Lines {
  /** A file, or stdin (`-`). */
  readonly source: string;
  /** How many of the first ones were taken before. */
  readonly skip: number;
}

/** Feeds the lines, until one of them is not taken, or Ctrl-C. */
export async function feedEach(
  workflow: OpenWorkflow,
  { source, skip }: Lines,
  { id: base = randomUUID(), context }: FeedOptions,
  { told, terminal }: Telling,
): Promise<ExitCode> {
  const interrupted = onInterrupt();
  let accepted = 0;
  let done = skip;
  let isWhole = false;
  const feedLine = async ({ number, text }: Line): Promise<void> => {
    const place = `${source === '-' ? 'stdin' : source}:${number}`;
    const options = { id: `${base}-${number}`, ...(context && { context }) };
    told(await workflow.run(readLine(text, place), options).catch(sayRefused(place, terminal)));
    accepted += 1;
    done = number;
    terminal.show([`${countText(accepted, 'input')} accepted`]);
  };
  try {
    for await (const line of linesOf(source, interrupted)) {
      if (line.number > skip && !interrupted.aborted) await feedLine(line);
    }
    isWhole = !interrupted.aborted;
  } finally {
    terminal.show([]);
    const more = isWhole ? '' : `; the same again with --id ${base} --skip ${done} goes on after that`;
    if (isWhole || accepted > 0) terminal.say(`${countText(accepted, 'input')} accepted${more}`);
  }
  return isWhole ? EXIT.ok : EXIT.interrupted;
}

/** Which line it was, since the error can't know. */
const sayRefused =
  (place: string, terminal: Terminal) =>
  (error: unknown): never => {
    terminal.say(`${place} was not taken`);
    throw error;
  };

/** Throws `usage`. */
function readLine(text: string, place: string): JsonObject {
  const { value, findings } = readJson(text) ?? { value: undefined, findings: [jsonMistake(text)] };
  const problems = findings.map(
    ({ offset, message }) => (offset === undefined ? '' : `:${offset + 1}`) + `  ${message}`,
  );
  if (problems.length > 0) throw new EspalierError('usage', problems.map(problem => place + problem).join('\n'));
  if (isJsonObject(value)) return value;
  throw new EspalierError(
    'usage',
    `${place}  expected an object with a value for each port, got ${quote(value ?? null)}`,
  );
}
