import type { z } from 'zod';
import { isAwaited } from './awaited.js';
import { codeSideOf } from './bytes.js';
import { definitionOf, partsOf, type Definition } from './schema-parts.js';

/** What keeps a schema from being a port's: `path` leads to the part of it (`.a[]`), '' is the schema itself. */
export interface SchemaProblem {
  readonly path: string;
  readonly message: string;
}

/** Kinds of schema whose values can be read from JSON but not put back, wherever they stand. */
const ONE_WAY: Readonly<Record<string, string>> = {
  transform: 'z.transform() and z.preprocess() work only one way; use z.codec(), which says how to encode as well',
  success: 'z.success() works only one way; use z.codec(), which says how to encode as well',
};

/** Kinds of schema whose values JSON can't carry; as the code side of a codec they are fine. */
const NOT_JSON: Readonly<Record<string, string>> = {
  date: 'JSON has no dates; use z.codec(z.iso.date(), z.date(), { decode, encode }), or z.iso.datetime()',
  bigint: 'JSON has no big integers; use z.codec(z.string(), z.bigint(), { decode, encode })',
  map: 'JSON has no maps; use z.record(), or z.codec() between a list of pairs and the map',
  set: 'JSON has no sets; use z.array(), or z.codec() between a list and the set',
  custom: 'z.custom() and z.instanceof() have no JSON form; use z.codec(), or z.unknown() with a check in the step',
  undefined: 'JSON has no undefined; use .optional()',
  void: 'JSON has no undefined; use .optional()',
  nan: 'JSON has no NaN; use z.number().nullable()',
  symbol: 'JSON has no symbols; use z.enum()',
  function: 'JSON has no functions; name it by text and find it in the step',
  file: 'JSON has no files; keep the file elsewhere and pass its name',
  promise: 'a port carries values, not promises; await them in the step',
};

const PART = 'awaited() is for a port as a whole, not for a part of one';
const STREAMED = 'byteStream() is for a port as a whole, not for a part of one or one of its types; use bytes()';
/** What may stand around the schema of a port without making its value another one. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'optional',
  'nonoptional',
  'default',
  'prefault',
  'readonly',
  'catch',
  'pipe',
]);

interface Visit {
  readonly schema: z.core.$ZodType;
  readonly path: string;
  /** On the JSON side; false below the code side of a codec. */
  readonly json: boolean;
  /** The value is that of the port. */
  readonly whole: boolean;
}

/** Every reason why values of a schema can't travel both ways through JSON; none if they can. */
export function schemaProblems(root: z.core.$ZodType): readonly SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  const seen = { json: new Set<z.core.$ZodType>(), code: new Set<z.core.$ZodType>() };
  const open: Visit[] = [{ schema: root, path: '', json: true, whole: true }];
  for (const visit of open) {
    const known = visit.json ? seen.json : seen.code;
    if (known.has(visit.schema)) continue;
    known.add(visit.schema);
    const definition = definitionOf(visit.schema);
    const message = partProblem(visit) ?? problemOf(definition, visit.json);
    if (message !== undefined) problems.push({ path: visit.path, message });
    else open.push(...below(definition, visit));
  }
  return problems;
}

function partProblem({ schema, path, whole }: Visit): string | undefined {
  if (path !== '' && isAwaited(schema)) return PART;
  return !whole && codeSideOf(schema) === 'stream' ? STREAMED : undefined;
}

function problemOf(definition: Definition, json: boolean): string | undefined {
  const { type } = definition;
  if (ONE_WAY[type] !== undefined) return ONE_WAY[type];
  if (!json) return undefined;
  if (definition.coerce) return `z.coerce takes anything and can't be put back; use z.${type}(), or z.codec()`;
  if (type === 'literal') return literalProblem(definition.values ?? []);
  return NOT_JSON[type];
}

function literalProblem(values: readonly unknown[]): string | undefined {
  if (values.includes(undefined)) return NOT_JSON['undefined'];
  return values.some(value => typeof value === 'bigint') ? NOT_JSON['bigint'] : undefined;
}

function below(definition: Definition, { path, json, whole }: Visit): Visit[] {
  const wrapped = whole && WRAPPERS.has(definition.type);
  const { keys, items, same, code } = partsOf(definition);
  return [
    ...Object.entries(keys).map(([key, schema]) => ({ schema, path: `${path}.${key}`, json, whole: false })),
    ...items.map(schema => ({ schema, path: `${path}[]`, json, whole: false })),
    ...same.map(schema => ({ schema, path, json, whole: wrapped })),
    ...code.map(schema => ({ schema, path, json: false, whole: false })),
  ];
}
