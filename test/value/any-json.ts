import * as fc from 'fast-check';
import type { Json } from '../../src/value/json.js';

/** Characters of every length in UTF-8, lone surrogates included. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.nat({ max: 0xffff }).map(unit => String.fromCharCode(unit)),
      fc.constantFrom('a', 'é', '中', '😀'),
    ),
    {
      maxLength: 200,
    },
  )
  .map(parts => parts.join(''));

/** Texts and keys that need care: escapes, digits, letters beyond the basic plane, names that objects have of their own. */
const anyKey: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('"', '\\', '\n\u0000', '10', '9', '😀', '\ue000', 'constructor', 'toString'),
);

const anyNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter(some => !Number.isInteger(some) || Number.isSafeInteger(some) || Math.abs(some) >= 1e21),
);

/** Legal values (`checkJson`) of a few levels, without lone surrogates. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>(tie => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    anyKey,
    anyNumber,
    fc.constantFrom(null, true, false),
    fc.array(tie('json')),
    fc.dictionary(anyKey, tie('json')),
  ),
})).json;
