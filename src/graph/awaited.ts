import { z } from 'zod';
import type { Duration } from '../document/document.js';
import { DefinitionError } from './definition-error.js';
import { isSchema } from './schema-parts.js';

/** A port's schema, as `awaited` makes it: whoever starts the run may leave the value out, who reads the port has it. */
export type AwaitedSchema<S extends z.ZodType> = z.ZodType<z.output<S>, z.input<S> | undefined>;

/** Without a deadline the run waits for as long as it lasts. */
export interface AwaitedOptions<V> {
  /** From the start of the run. */
  readonly deadline?: Duration;
  /** Stands in when the deadline passes, code side. */
  readonly default?: V;
}

/**
 * An input of a graph that may be supplied while the run waits for it: an approval, a webhook. `graph` refuses one with a
 * default but no deadline, and `step` any.
 */
export function awaited<S extends z.ZodType>(
  schema: S,
  { deadline, default: usual }: AwaitedOptions<z.output<S>> = {},
): AwaitedSchema<S> {
  if (!isSchema(schema))
    throw new DefinitionError('invalid_contract', 'awaited: expected a zod schema, such as z.string()');
  // zod holds the default to the schema's output, which is what it is here by type.
  const port: z.ZodType = usual === undefined ? schema : schema.default(usual as never);
  // Goes into the port's JSON Schema as it is. A new schema: the one that was given may be used elsewhere.
  return port.meta({ awaited: deadline === undefined ? true : { deadline } }) as AwaitedSchema<S>;
}

/** Whether a schema was made by `awaited`. */
export const isAwaited = (schema: z.core.$ZodType): boolean => z.globalRegistry.get(schema)?.['awaited'] !== undefined;
