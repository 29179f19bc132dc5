import type { z } from 'zod';
import { codeSideOf } from './bytes.js';
import { definitionOf, partsOf } from './schema-parts.js';

/**
 * `value` as plain JSON, as far as `schema` declares it: bytes as base64, and without the keys that are there but `undefined`
 * (code says `{ note: undefined }` where JSON leaves the note out). Below `z.unknown()` nothing is declared and nothing changed.
 */
export function plainJson(value: unknown, schema: z.core.$ZodType): unknown {
  return prune(value, [schema]);
}

/** Recurses as deep as the schemas lead, which zod has done before. */
function prune(value: unknown, schemas: readonly z.core.$ZodType[]): unknown {
  if (typeof value !== 'object' || value === null || schemas.length === 0) return value;
  const same = sameValue(schemas);
  if (value instanceof Uint8Array) return same.some(codeSideOf) ? Buffer.from(value).toString('base64') : value;
  const parts = same.map(schema => partsOf(definitionOf(schema)));
  const items = parts.flatMap(part => part.items);
  if (Array.isArray(value)) return value.map(item => prune(item, items));
  const declared = (key: string): readonly z.core.$ZodType[] =>
    parts.flatMap(part => (Object.hasOwn(part.keys, key) ? [part.keys[key] as z.core.$ZodType] : []));
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  const kept = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const schemasOfKey = declared(key);
    if (inner === undefined && schemasOfKey.length > 0) return [];
    return [[key, prune(inner, [...schemasOfKey, ...items])]];
  });
  return Object.fromEntries(kept);
}

/** The schemas and all those below them that describe the very same value. */
function sameValue(schemas: readonly z.core.$ZodType[]): z.core.$ZodType[] {
  const all = new Set(schemas);
  for (const schema of all) for (const same of partsOf(definitionOf(schema)).same) all.add(same);
  return [...all];
}
