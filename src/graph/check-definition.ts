import type { Duration } from '../document/document.js';
import { parseDuration } from '../document/duration.js';
import { idProblem } from '../document/ids.js';
import { DefinitionError } from './definition-error.js';
import { portProblems } from './port-schema.js';
import { isSchema } from './schema-parts.js';

/** A function that interventions call by its name, as it is defined. */
export interface Definition {
  readonly kind: 'operate' | 'resolver';
  readonly name: unknown;
  readonly timeout?: Duration;
}

/** Throws one `invalid_contract` with what is wrong with the name and the timeout, and the other `problems`. */
export function checkDefinition({ kind, name, timeout }: Definition, problems: readonly string[]): void {
  const naming = typeof name === 'string' ? idProblem(name) : 'a name is text';
  const all = [...(naming === undefined ? [] : [naming]), ...problems];
  if (timeout !== undefined && !parseDuration(timeout)) {
    all.push(`timeout: expected a duration, such as '30s' or milliseconds, got ${JSON.stringify(timeout)}`);
  }
  if (all.length === 0) return;
  const list = all.length === 1 ? ` ${all[0]}` : all.map(problem => `\n  ${problem}`).join('');
  throw new DefinitionError('invalid_contract', `${kind} ${JSON.stringify(name)} can't be defined:${list}`);
}

/** What keeps `schema` from being that of `part`, one line each. */
export function partProblems(part: string, schema: unknown): readonly string[] {
  if (!isSchema(schema)) return [`${part}: expected a zod schema, such as z.string()`];
  return portProblems(schema).map(({ path, message }) => `${part}${path && ` at ${path}`}: ${message}`);
}

const DEFAULT_TIMEOUT = 60_000;

/** How long one call may take, in milliseconds. */
export const timeoutOf = ({ timeout }: { readonly timeout?: Duration }): number =>
  (timeout === undefined ? undefined : parseDuration(timeout)) ?? DEFAULT_TIMEOUT;
