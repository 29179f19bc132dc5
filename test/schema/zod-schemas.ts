import { z } from 'zod';
import type { JsonSchema } from '../../src/schema/json-schema.js';
import type { Json } from '../../src/value/json.js';

/** What a port's schema is in a plan: the JSON side of a zod schema. */
export const jsonSchemaOf = (schema: z.ZodType): JsonSchema =>
  // zod's own type of JSON Schema is wider than what it emits.
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'throw' }) as JsonSchema;

interface Tree {
  readonly value: number;
  readonly children: readonly Tree[];
}
const tree: z.ZodType<Tree> = z.object({ value: z.number(), children: z.array(z.lazy(() => tree)) });

interface Chain {
  readonly next: Chain | null;
}
const chain: z.ZodType<Chain> = z.object({ next: z.lazy(() => chain).nullable() });

type Term = number | { readonly add: readonly Term[] } | { readonly negate: Term };
const term: z.ZodType<Term> = z.lazy(() =>
  z.union([z.number(), z.strictObject({ add: z.array(term) }), z.strictObject({ negate: term })]),
);

const isoDate = z.codec(z.iso.datetime(), z.date(), {
  decode: text => new Date(text),
  encode: date => date.toISOString(),
});
const wholeText = z.codec(z.string().regex(/^-?\d+$/), z.bigint(), { decode: text => BigInt(text), encode: String });
const pairs = z.codec(z.array(z.tuple([z.string(), z.int()])), z.map(z.string(), z.int()), {
  decode: list => new Map(list),
  encode: map => [...map],
});

/** Schemas by name. JSON Schema says all that these say, so what `check` lets pass zod lets pass, too. */
export const EXACT: Readonly<Record<string, z.ZodType>> = {
  string: z.string(),
  'string of some length': z.string().min(3).max(5),
  'string with pattern': z.string().regex(/^[a-z]+-\d+$/),
  'string with two patterns': z.string().regex(/^a/).regex(/z$/),
  'starts, ends, includes': z.string().startsWith('a').endsWith('z').includes('m'),
  email: z.email(),
  uuid: z.uuid(),
  'uuid 4': z.uuidv4(),
  ipv4: z.ipv4(),
  'date text': z.iso.date(),
  'time text': z.iso.time(),
  'date and time text': z.iso.datetime(),
  'date and time with offset': z.iso.datetime({ offset: true }),
  'local date and time': z.iso.datetime({ local: true }),
  duration: z.iso.duration(),
  emoji: z.emoji(),
  hex: z.hex(),
  'template literal': z.templateLiteral([z.int(), z.enum(['px', 'em'])]),
  number: z.number(),
  'number in range': z.number().min(0).max(1),
  'number out of the bounds': z.number().gt(0).lt(10),
  'multiple of 0.1': z.number().multipleOf(0.1),
  int: z.int(),
  int32: z.int32(),
  'positive int': z.int().positive(),
  boolean: z.boolean(),
  null: z.null(),
  unknown: z.unknown(),
  never: z.never(),
  enum: z.enum(['fast', 'best', 'cheap']),
  'enum of numbers': z.enum({ One: 1, Two: 2 }),
  literal: z.literal('grind'),
  'mixed literals': z.literal(['a', 1, null, true]),
  nullable: z.string().nullable(),
  nullish: z.object({ a: z.string().nullish() }),
  union: z.union([z.string(), z.number().min(5), z.array(z.boolean())]),
  'ambiguous union': z.union([z.object({ a: z.string() }), z.object({ b: z.number() })]),
  'exclusive union': z.xor([z.object({ a: z.string() }), z.object({ b: z.number() })]),
  'discriminated union': z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('dot'), x: z.number() }),
    z.object({ kind: z.literal('line'), from: z.number(), to: z.number() }),
  ]),
  array: z.array(z.string()),
  'array of some length': z.array(z.number()).min(1).max(3),
  tuple: z.tuple([z.string(), z.number()]),
  'tuple with rest': z.tuple([z.string()], z.boolean()),
  'tuple with optional end': z.tuple([z.string(), z.number().optional()]),
  object: z.object({ a: z.string(), b: z.number().optional() }),
  'object with default': z.object({ mode: z.enum(['fast', 'best']).default('fast'), n: z.int().prefault(3) }),
  'strict object': z.strictObject({ a: z.string(), b: z.number().optional() }),
  'loose object': z.looseObject({ a: z.string() }),
  'object with catchall': z.object({ a: z.string() }).catchall(z.number()),
  'nested objects': z.object({ bean: z.object({ origin: z.string(), grams: z.number() }), tags: z.array(z.string()) }),
  record: z.record(z.string(), z.number()),
  'record of an enum': z.record(z.enum(['a', 'b']), z.number()),
  'partial record': z.partialRecord(z.enum(['a', 'b']), z.number()),
  'record with patterned keys': z.record(z.string().regex(/^[a-z]$/), z.boolean()),
  'loose record': z.looseRecord(z.string().regex(/^x-/), z.string()),
  intersection: z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() })),
  'intersection of strict objects': z.intersection(
    z.strictObject({ a: z.string() }),
    z.strictObject({ b: z.number() }),
  ),
  tree,
  chain,
  term,
  json: z.json(),
  branded: z.string().min(1).brand('Name').describe('a name'),
  readonly: z.object({ a: z.array(z.string()).readonly() }).readonly(),
  described: z.object({ a: z.string().meta({ title: 'A', examples: ['x'] }) }),
  'named parts': z.object({ from: z.string().meta({ id: 'Place' }), to: z.string().optional() }),
  'codec to dates': isoDate,
  'codec to big integers': wholeText,
  'codec to maps': pairs,
  'codecs within': z.object({ at: isoDate, all: z.array(wholeText).optional() }),
};

/** Schemas that ask for more than their JSON Schema says: what zod lets pass passes, but not the other way round. */
export const WIDER: Readonly<Record<string, z.ZodType>> = {
  url: z.url(),
  ipv6: z.ipv6(),
  base64: z.base64(),
  cidrv4: z.cidrv4(),
  stringbool: z.stringbool(),
  refined: z.string().refine(text => text.length % 2 === 0),
  'record of numbers': z.record(z.number().min(5), z.string()),
};

/** Values that meet or nearly meet one of the schemas. */
export const SAMPLES: readonly Json[] = [
  ...[
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    2,
    5,
    0.3,
    0.30000000000000004,
    1.5,
    10,
    2 ** 31,
    2 ** 53 - 1,
    -(2 ** 53 - 1),
    1e-9,
    1e300,
  ],
  ...[
    '',
    'a',
    'ab',
    'abc',
    'abcde',
    'abcdef',
    'a-1',
    'A-1',
    'amz',
    'az',
    '😀',
    '😀😀',
    '👍🏽',
    'fast',
    'fsat',
    'grind',
    'x'.repeat(11_000),
  ],
  ...[
    'me@example.org',
    'me@example',
    '"odd one"@example.org',
    'not an address',
    '12px',
    '1.5px',
    '-3em',
    'px',
    'deadbeef',
    'DEADBEE',
  ],
  ...['2024-02-29', '2023-02-29', '2024-13-01', '23:59', '23:59:59', '24:00', '23:59:59.123', 'P1DT2H', 'P'],
  ...[
    '2024-02-29T23:59:59Z',
    '2024-02-29T23:59:59.123+02:00',
    '2024-02-29T23:59',
    '2024-02-29T23:59:59',
    '2024-02-30T00:00:00Z',
  ],
  ...[
    '9b2e4c1a-8f3d-4a6b-9c7e-2d1f0a5b6c8d',
    '9b2e4c1a-8f3d-7a6b-9c7e-2d1f0a5b6c8d',
    '00000000-0000-0000-0000-000000000000',
    '9b2e4c1a',
  ],
  ...[
    'https://example.org/a?b#c',
    'mailto:me@example.org',
    'example.org',
    ' https://example.org ',
    'https://exämple.org/a b',
    'a:b',
  ],
  ...[
    '127.0.0.1',
    '256.0.0.1',
    '127.0.0',
    '::1',
    'fe80::1:2',
    '2001:db8:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '1::2::3',
    ':::',
    '10.0.0.0/8',
  ],
  ...['YWJj', 'YWI=', 'yes', 'off', '42', '-7', '4.2'],
  ...[
    [],
    [1],
    [1, 2, 3],
    [1, 2, 3, 4],
    ['a'],
    ['a', 'b'],
    ['a', 1],
    ['a', 1, 2],
    ['a', true, false],
    [true],
    [
      ['a', 1],
      ['b', 2],
    ],
    [['a', 1.5]],
    [null],
  ],
  ...[
    {},
    { a: 'x' },
    { a: 'x', b: 1 },
    { a: 'x', b: '1' },
    { a: 'x', b: 1, c: 2 },
    { a: 'x', c: 'y' },
    { a: null },
    { a: 1 },
    { b: 1 },
    { a: 1, b: 2 },
  ],
  ...[
    { a: ['x'] },
    { a: [1] },
    { mode: 'best' },
    { mode: 'worst' },
    { mode: 'fast', n: 3 },
    { n: 1.5 },
    { x: true },
    { xy: true },
    { 5: 'a' },
    { 'x-a': 'b' },
    { 'x-a': 1, y: 2 },
  ],
  ...[
    { kind: 'dot', x: 1 },
    { kind: 'dot', x: 'a' },
    { kind: 'line', from: 1, to: 2 },
    { kind: 'line', x: 1 },
    { kind: 'box' },
    { x: 1 },
  ],
  ...[
    { from: 'a' },
    { from: 'a', to: 'b' },
    { from: 1 },
    { at: '2024-02-29T23:59:59Z' },
    { at: 'x', all: ['1'] },
    { at: '2024-02-29T23:59:59Z', all: ['1', 2] },
  ],
  ...[
    { bean: { origin: 'Lima', grams: 18 }, tags: [] },
    { bean: { origin: 'Lima' }, tags: ['a'] },
    { bean: {}, tags: 1 },
  ],
  ...[
    { value: 1, children: [] },
    { value: 1, children: [{ value: 2, children: [] }] },
    { value: 1, children: [{ value: '2', children: [] }] },
  ],
  ...[
    { next: null },
    { next: { next: null } },
    { next: { next: 1 } },
    { add: [1, { negate: 2 }] },
    { add: [1, { negate: '2' }] },
    { add: [], negate: 1 },
  ],
];
