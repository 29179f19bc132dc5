import * as fc from 'fast-check';
import type { JsonSchema, SchemaObject, TypeName } from '../../src/schema/json-schema.js';
import type { Json } from '../../src/value/json.js';

const KEYS = ['a', 'b', 'ab', 'c'];
const key = fc.constantFrom(...KEYS);
const small = fc.integer({ min: 0, max: 3 });
const bound = fc.constantFrom(-1, 0, 0.5, 1, 2);
const atom = fc.constantFrom<Json>(null, true, false, -1, 0, 0.5, 1, 2, '', 'a', 'b', 'ab', 'a@b');

/** Values of few letters and numbers, so that they often meet the schemas below. */
export const someValue: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { weight: 3, arbitrary: atom },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 2, arbitrary: fc.dictionary(key, tie('value'), { maxKeys: 3 }) },
  ),
})).value;

const TYPES: readonly TypeName[] = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];
const types = fc.oneof(
  fc.constantFrom(...TYPES),
  fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 3 }),
);
const partial = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<T>;

const numeric = partial<SchemaObject>({
  type: fc.constantFrom('integer', 'number'),
  minimum: bound,
  maximum: bound,
  exclusiveMinimum: bound,
  exclusiveMaximum: bound,
  multipleOf: fc.constantFrom(1, 2, 0.5),
});
const textual = partial<SchemaObject>({
  type: fc.constant('string'),
  minLength: small,
  maxLength: small,
  pattern: fc.constantFrom('^a', 'b$', '['),
  format: fc.constantFrom('email', 'ipv4', 'binary'),
});
const plain = fc.oneof(
  fc.constantFrom<JsonSchema>(true, false, {}, { not: {} }, { description: 'some' }),
  partial<SchemaObject>({ type: types }),
  partial<SchemaObject>({ type: types, enum: fc.array(atom, { minLength: 1, maxLength: 4 }) }),
  atom.map((value): SchemaObject => ({ const: value })),
  numeric,
  textual,
);

const nested = (schema: fc.Arbitrary<JsonSchema>): fc.Arbitrary<JsonSchema> => {
  const some = fc.array(schema, { minLength: 1, maxLength: 3 });
  const object = partial<SchemaObject>({
    type: fc.constant('object'),
    properties: fc.dictionary(key, schema, { maxKeys: 3 }),
    required: fc.uniqueArray(key, { maxLength: 2 }),
    additionalProperties: schema,
    propertyNames: fc.constantFrom<JsonSchema>(
      { enum: ['a', 'b'] },
      { pattern: '^a' },
      { type: 'string', maxLength: 1 },
      { const: 'c' },
    ),
    patternProperties: fc.dictionary(fc.constantFrom('^a', 'b$'), schema, { maxKeys: 1 }),
  });
  const array = partial<SchemaObject>({
    type: fc.constant('array'),
    prefixItems: fc.array(schema, { maxLength: 2 }),
    items: schema,
    minItems: small,
    maxItems: small,
  });
  const mixed = partial<SchemaObject>({
    type: types,
    anyOf: some,
    oneOf: some,
    allOf: some,
    not: schema,
    minLength: small,
    minimum: bound,
  });
  const united = fc
    .tuple(fc.constantFrom('anyOf', 'oneOf', 'allOf'), some)
    .map(([kind, parts]): SchemaObject => ({ [kind]: parts }));
  const ref = fc.constantFrom('#', '#/$defs/A', '#/$defs/B', '#/nowhere').map((to): SchemaObject => ({ $ref: to }));
  return fc.oneof(
    object,
    object,
    array,
    array,
    united,
    mixed,
    ref,
    schema.map(not => ({ not })),
  );
};

const part = fc.letrec<{ schema: JsonSchema }>(tie => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 2, arbitrary: plain },
    { weight: 3, arbitrary: nested(tie('schema')) },
  ),
})).schema;

/** Whole schemas with all keywords, `$ref`s to themselves and to two definitions included. */
export const someSchema: fc.Arbitrary<JsonSchema> = fc
  .record({ schema: part, $defs: fc.record({ A: part, B: part }) })
  .map(({ schema, $defs }) => (typeof schema === 'boolean' ? schema : { ...schema, $defs }));

/** Two schemas, mostly one made of the other: by a union, or with one keyword (`nth`) dropped or taken from a third. */
export const somePair: fc.Arbitrary<readonly [JsonSchema, JsonSchema]> = fc.oneof(
  fc.tuple(someSchema, someSchema),
  fc
    .tuple(someSchema, someSchema, fc.constantFrom('anyOf', 'oneOf', 'allOf'))
    .map(([a, b, kind]): [JsonSchema, JsonSchema] => {
      const united = { ...definitionsOf(a), [kind]: [bare(a), bare(b)] };
      return kind === 'allOf' ? [united, a] : [a, united];
    }),
  fc.tuple(someSchema, someSchema, fc.nat(), fc.boolean()).map(([a, b, nth, swap]): [JsonSchema, JsonSchema] => {
    const changed = { ...definitionsOf(a), ...changeOne(bare(a), bare(b), nth) };
    return swap ? [changed, a] : [a, changed];
  }),
);

function changeOne(schema: JsonSchema, other: JsonSchema, nth: number): SchemaObject {
  if (typeof schema === 'boolean' || typeof other === 'boolean') return typeof schema === 'boolean' ? {} : schema;
  const keywords = Object.keys(schema);
  const dropped = keywords[nth % (keywords.length + 1)];
  const kept = Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== dropped));
  const added = Object.entries(other)[nth % 3];
  return added === undefined ? kept : { ...kept, [added[0]]: added[1] };
}

const definitionsOf = (schema: JsonSchema): SchemaObject =>
  typeof schema === 'object' && schema.$defs !== undefined ? { $defs: schema.$defs } : {};

function bare(schema: JsonSchema): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  const { $defs: _, ...rest } = schema;
  return rest;
}
