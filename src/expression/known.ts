import { type JsonSchema, type SchemaObject, type TypeName, typesOf } from '../schema/json-schema.js';
import { nearest } from '../schema/nearest.js';
import type { StaticStep } from './ast.js';
import { type Kind, kindOf, withArticle } from './kind.js';

/** What is known of a value before a run; empty: nothing. The schema is there only if it decides the kind. */
export interface Known {
  readonly kind?: Kind;
  readonly schema?: SchemaObject;
}

const KINDS: Readonly<Record<TypeName, Kind>> = {
  null: 'null',
  boolean: 'boolean',
  integer: 'number',
  number: 'number',
  string: 'string',
  array: 'list',
  object: 'object',
};

export function knownFrom(schema: JsonSchema | undefined): Known {
  if (typeof schema !== 'object') return {};
  const [kind, ...others] = kindsOf(schema);
  return kind === undefined || others.length > 0 ? {} : { kind, schema };
}

function kindsOf(schema: SchemaObject): ReadonlySet<Kind> {
  const types = typesOf(schema);
  if (types) return new Set(types.map(type => KINDS[type]));
  const values = schema.const === undefined ? schema.enum : [schema.const];
  return new Set(values?.map(kindOf));
}

/** Where a step leads, or a message if it can't lead anywhere. */
export function stepKnown(of: Known, step: StaticStep): Known | string {
  return step.kind === 'field' ? fieldOf(of, step.name) : itemOf(of, step.index);
}

function fieldOf({ kind, schema }: Known, name: string): Known | string {
  if (kind === undefined) return {};
  if (kind !== 'object') {
    const hint = name === 'length' && (kind === 'list' || kind === 'string') ? '; use len(…)' : '';
    return `${withArticle(kind)} has no field ${JSON.stringify(name)}${hint}`;
  }
  const { properties = {}, additionalProperties, patternProperties } = schema ?? {};
  if (Object.hasOwn(properties, name)) return knownFrom(properties[name]);
  if (patternProperties !== undefined) return {};
  if (additionalProperties !== false) return knownFrom(additionalProperties);
  const guess = nearest(name, Object.keys(properties));
  return `there is no field ${JSON.stringify(name)}${guess === undefined ? '' : `; did you mean "${guess}"?`}`;
}

function itemOf({ kind, schema }: Known, index: number): Known | string {
  if (kind === undefined) return {};
  if (kind !== 'list') return `${withArticle(kind)} has no item ${index}`;
  return knownFrom(schema?.prefixItems?.[index] ?? anyItem(schema));
}

/** The schema of every item of a list, whatever its place. */
export function anyItem(schema: SchemaObject | undefined): JsonSchema | undefined {
  return schema?.prefixItems === undefined ? schema?.items : undefined;
}
