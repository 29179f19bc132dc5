/** The border between a run and who starts it: code side out there, values in here. */
import { decodePorts, encodeContents, type PortProblem } from '../graph/convert-ports.js';
import { mayBeLeftOut, portSchemas } from '../graph/port-schema.js';
import type { Ports } from '../graph/ports.js';
import type { BlobStore } from '../store/blob-store.js';
import type { Leaf, Value } from '../value/value.js';
import { BorderError } from './border-error.js';
import { InvalidInputError, type InputIssue } from './invalid-input-error.js';
import { loadPorts } from './load-ports.js';
import { makeValues, type Peeks } from './make-values.js';

/**
 * Values of a run's inputs, by port; those with a default, optional, or not needed may be left out. Throws
 * `InvalidInputError` before anything is stored.
 */
export async function encodeInputs(
  ports: Ports,
  given: object,
  store: BlobStore,
  peeks: Peeks = {},
  isNeeded: (port: string) => boolean = () => true,
): Promise<Readonly<Record<string, Leaf>>> {
  const { values, problems: all } = encodeContents(ports, given, mayBeLeftOut);
  const problems = all.filter(({ kind, port }) => kind !== 'missing' || isNeeded(port));
  if (problems.length > 0) throw new InvalidInputError(problems.map(inputIssue));
  return makeValues(values, store, peeks, portSchemas(ports));
}

/** Code side of a run's outputs, defaults filled in. `invalid_value` if they are not of these ports. */
export async function decodeOutputs(
  ports: Ports,
  outputs: Readonly<Record<string, Value>>,
  store: Pick<BlobStore, 'get' | 'read'>,
): Promise<Readonly<Record<string, unknown>>> {
  const { values, problems } = decodePorts(ports, await loadPorts(ports, outputs, store));
  if (problems.length === 0) return values;
  const list = problems.map(({ port, message }) => ({ address: `$out.${port}`, port, message }));
  const message = list.map(problem => `${problem.address}: ${problem.message}`).join('; ');
  throw new BorderError('invalid_value', message, { problems: list });
}

const CODES = {
  missing: 'missing_input',
  unknown: 'unknown_port',
  misfit: 'invalid_value',
  not_json: 'not_json',
} as const;

const inputIssue = ({ port, kind, message }: PortProblem): InputIssue => ({
  code: CODES[kind],
  address: `$in.${port}`,
  message: kind === 'missing' ? `is missing: ${message}` : message,
});
