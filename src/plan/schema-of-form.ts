import type { PortSchema } from '../document/document.js';
import type { JsonSchema } from '../schema/json-schema.js';
import type { PlanPort } from './plan.js';

/** What `first` gives: one of these; unknown if one of them is. */
export function unionType(types: readonly (PortSchema | undefined)[]): PortSchema | undefined {
  const known = new Set(types);
  const [only, ...others] = known;
  if (others.length === 0) return only;
  const parts = [...known].map(type => (type === undefined ? undefined : movable(type)));
  return parts.every(part => part !== undefined) ? { anyOf: parts } : undefined;
}

/** What `list` gives. */
export function listType(items: PortSchema | undefined): PortSchema {
  const inside = items === undefined ? undefined : movable(items);
  return inside === undefined ? { type: 'array' } : { type: 'array', items: inside };
}

/** What `flat` gives, of a list of lists: a list of the inner items. */
export function flatType(lists: PortSchema | undefined): PortSchema {
  const inner = lists === undefined ? undefined : itemType(lists);
  const items = inner === undefined ? undefined : itemType(inner);
  return listType(items);
}

/** What is in a list, where the schema says it plainly. */
export function itemType(list: PortSchema): PortSchema | undefined {
  const { type, items } = movable(list) ?? {};
  return type === 'array' && isObject(items) ? items : undefined;
}

type Yield = Omit<PlanPort, 'optional'> & { readonly optional?: boolean };

/** What the items of a stream are as a list: objects of its yields. */
export function itemsType(yields: readonly Yield[]): PortSchema {
  const properties = yields.map(({ name, schema }) => [name, movable(plainType(schema)) ?? {}] as const);
  return listType({
    type: 'object',
    properties: Object.fromEntries(properties),
    required: yields.flatMap(({ name, optional }) => (optional === true ? [] : [name])),
    additionalProperties: false,
  });
}

/** Without what only its own port means by it. */
export function plainType(type: PortSchema | undefined): PortSchema {
  if (type === undefined) return {};
  if (type.optional === undefined && type.default === undefined && type.awaited === undefined) return type;
  const { optional: _optional, default: _default, awaited: _awaited, ...plain } = type;
  return plain;
}

/** The schema, if its parts mean the same elsewhere: a `$ref` counts from the schema's own root. */
const movable = (schema: PortSchema): PortSchema | undefined =>
  JSON.stringify(schema).includes('"$ref"') ? undefined : schema;

const isObject = (schema: JsonSchema | undefined): schema is PortSchema => typeof schema === 'object';
