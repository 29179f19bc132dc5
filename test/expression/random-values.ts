import * as fc from 'fast-check';
import type { Json } from '../../src/value/json.js';

export type Names = Readonly<Record<string, Json>>;

export const word = fc.constantFrom('', 'a', 'b', 'c', '0', 'in', 'x/y', '~#', 'é😀', 'length', 'constructor');
export const scalar = fc.oneof(
  fc.integer({ min: -3, max: 5 }),
  fc.constantFrom(0.5, 1e308),
  word,
  fc.boolean(),
  fc.constant(null),
);

const anything: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** Mostly of one shape, so that paths lead far; a missing part now and then. */
const shaped: fc.Arbitrary<Json> = fc.record(
  {
    a: fc.nat(3),
    b: fc.record({ 'x/y': anything, in: fc.array(fc.nat(2), { maxLength: 3 }), '0': word }, { requiredKeys: ['0'] }),
    c: fc.array(fc.record({ a: fc.nat(2), length: word }, { requiredKeys: ['a'] }), { maxLength: 3 }),
  },
  { requiredKeys: ['b', 'c'] },
);

/** Paths that often lead to something in `shaped`, and some that never do. */
export const paths: fc.Arbitrary<readonly (string | number)[]> = fc.constantFrom(
  ...[['a'], ['b'], ['b', 'x/y'], ['b', 'in'], ['b', 'in', 0], ['b', 'in', 1], ['b', '0'], ['c'], ['c', 0]],
  ...[['c', 1, 'a'], ['c', 0, 'length'], ['c', 2], ['b', 'x/y', 0], ['constructor'], ['c', 'length']],
);

/** n, m: numbers; p, q: booleans; s, t: strings; v: a shaped object; w: anything. Some of them are absent. */
export const names: fc.Arbitrary<Names> = fc.record(
  {
    n: fc.integer({ min: -3, max: 5 }),
    m: fc.integer({ min: 0, max: 2 }),
    p: fc.boolean(),
    q: fc.boolean(),
    s: word,
    t: fc.string({ maxLength: 5 }),
    v: shaped,
    w: fc.oneof(shaped, anything),
  },
  { requiredKeys: ['n', 'm', 'p', 's', 'v'] },
);
