import { isStream } from '../graph/bytes.js';
import { decodePorts } from '../graph/convert-ports.js';
import type { AnyStep } from '../graph/contract.js';
import { portSchemas } from '../graph/port-schema.js';
import { describeSchema } from '../schema/describe.js';
import { createScrub, type Scrub } from '../seal/scrub.js';
import type { JsonObject } from '../value/json.js';
import { BorderError } from './border-error.js';

/** What a step gets of the run's context, code side, and what keeps its secrets from what it says; without them nothing. */
export interface ReadContext {
  readonly values: Readonly<Record<string, unknown>>;
  readonly scrub: Scrub | undefined;
}

/**
 * Defaults of the contract filled in. Throws `missing_context`, and `invalid_context` for a value that is not of its type;
 * neither says anything about a value.
 */
export function readContext({ context }: AnyStep, address: string, given: JsonObject = {}): ReadContext {
  const { values, problems } = decodePorts(context, given);
  const [missing] = problems.filter(({ kind }) => kind === 'missing');
  if (missing) throw refused('missing_context', address, missing.port, 'needs', context);
  const [misfit] = problems;
  if (misfit) throw refused('invalid_context', address, misfit.port, 'got something else as', context);
  // The code side may be written in another way.
  const secrets = Object.keys(given).flatMap(name => [[name, given[name]] as const, [name, values[name]] as const]);
  return { values, scrub: createScrub(secrets) };
}

function refused(
  code: 'missing_context' | 'invalid_context',
  address: string,
  name: string,
  how: string,
  context: AnyStep['context'],
): BorderError {
  const schema = portSchemas(context)[name];
  const type = schema ? ` (${describeSchema(schema)})` : '';
  const message = `${address} ${how} "${name}" of the run's context${type}`;
  return new BorderError(code, message, { address, name });
}

/** Throws `context_in_output` where a secret stands in what the step gives: it would be kept. */
export function keepFromOutputs(scrub: Scrub | undefined, address: string, outputs: unknown): void {
  const isByPort = typeof outputs === 'object' && outputs !== null;
  const ports = isByPort ? Object.entries(outputs) : [['', outputs] as const];
  for (const [port, value] of ports) {
    // What hangs on a stream is not what it gives: the answer to a request knows its headers.
    const name = (isStream(value) ? undefined : scrub?.find(value)) ?? scrub?.find(port);
    if (name === undefined) continue;
    const where = scrub?.text(port) ?? '';
    const message = `${address}.${where}: "${name}" of the run's context stands in the output, and outputs are kept`;
    throw new BorderError('context_in_output', message, { address, port: where, name });
  }
}
