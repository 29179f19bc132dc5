import type { Json } from '../value/json.js';

/**
 * The part of JSON Schema (draft 2020-12) that zod emits. What else a schema holds is ignored: `check` and `fits` read the
 * keywords of `CONSTRAINTS` only. A schema is plain JSON and never changes once it is in use (`fits` remembers its answers).
 */
export type JsonSchema = boolean | SchemaObject;

export type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

// A type alias and not an interface, so that a schema may be passed where `Json` is asked for.
export type SchemaObject = {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;

  readonly type?: TypeName | readonly TypeName[];
  readonly enum?: readonly Json[];
  readonly const?: Json;

  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;

  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;

  readonly prefixItems?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;

  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;

  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;

  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly deprecated?: boolean;
  readonly readOnly?: boolean;
  readonly writeOnly?: boolean;
  readonly contentEncoding?: string;
  readonly contentMediaType?: string;
};

/** The keywords that say what a value must be; all others only describe it. */
const CONSTRAINTS: ReadonlySet<string> = new Set<keyof SchemaObject>([
  ...(['$ref', 'type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', 'not'] as const),
  ...(['properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames'] as const),
  ...(['prefixItems', 'items', 'minItems', 'maxItems'] as const),
  ...(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const),
  ...(['minLength', 'maxLength', 'pattern', 'format', 'contentEncoding', 'contentMediaType'] as const),
]);

/** Whether a schema lets every value pass: `true`, or no constraint. */
export const isAny = (schema: JsonSchema): boolean =>
  typeof schema === 'boolean' ? schema : !Object.keys(schema).some(key => CONSTRAINTS.has(key));

/** Whether a schema lets no value pass, as far as that shows: `false`, or zod's `{ not: {} }`. */
export const isNever = (schema: JsonSchema): boolean =>
  typeof schema === 'boolean' ? !schema : schema.not !== undefined && isAny(schema.not);

/** The types a schema names; `undefined` if it names none, so that all are allowed. */
export const typesOf = ({ type }: SchemaObject): readonly TypeName[] | undefined =>
  typeof type === 'string' ? [type] : type;

/** What `$ref` points to within `root` (`#`, `#/$defs/Node`); `undefined` if there is no such place. */
export function resolveRef(root: JsonSchema, ref: string): JsonSchema | undefined {
  if (ref !== '#' && !ref.startsWith('#/')) return undefined;
  let node: unknown = root;
  for (const token of ref.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as Readonly<Record<string, unknown>>)[key];
  }
  return typeof node === 'boolean' || (typeof node === 'object' && node !== null) ? node : undefined;
}
