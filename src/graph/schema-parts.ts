import type { z } from 'zod';

/** What is read of zod's definitions; which fields there are depends on `type`. */
export interface Definition {
  readonly type: string;
  readonly coerce?: boolean;
  readonly values?: readonly unknown[];
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly getter?: () => z.core.$ZodType;
  readonly [part: string]: unknown;
}

/** Schemas that a schema is made of, by what their values are to its value. */
export interface SchemaParts {
  /** The values of known keys. */
  readonly keys: Readonly<Record<string, z.core.$ZodType>>;
  /** Items of a list, values of a record, keys beyond the known ones. */
  readonly items: readonly z.core.$ZodType[];
  /** The same value, wrapped or as one of several types. */
  readonly same: readonly z.core.$ZodType[];
  /** The code side of a pipe, whose JSON side is under `same`. */
  readonly code: readonly z.core.$ZodType[];
}

// zod types `def` by class; a walk over any schema reads it by the fields it finds.
export const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition;

/** The schemas a schema is made of, on the way from JSON to code. */
export function partsOf(definition: Definition): SchemaParts {
  const {
    element,
    items,
    rest,
    valueType,
    catchall,
    innerType,
    left,
    right,
    options,
    in: json,
    out: code,
  } = definition;
  return {
    keys: definition.shape ?? {},
    items: [element, items, rest, valueType, catchall].flat().filter(isSchema),
    same: [innerType, left, right, options, json, definition.type === 'lazy' ? definition.getter?.() : undefined]
      .flat()
      .filter(isSchema),
    code: [code].filter(isSchema),
  };
}

export function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}
