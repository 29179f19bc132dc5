/** `until/1` beside CEL, where both have the same thing: on doubles, and with everything of a type that is found out as it runs. */
import { Environment } from '@marcbachmann/cel-js';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Evaluated, evaluate } from '../../src/expression/evaluate.js';
import type { Json } from '../../src/value/json.js';
import { lookupIn, parsed } from './expressions.js';
import { print } from './print-tree.js';
import type { Tree } from './random-tree.js';

interface Difference {
  readonly why: string;
  readonly ours?: RegExp;
  readonly theirs?: RegExp;
}
/** Where they differ on purpose, by what one of them says. */
const DIFFERENT: readonly Difference[] = [
  { why: 'JSON has no infinities', ours: /division by zero|too large for a number/ },
  { why: 'booleans have no order', ours: /two strings, not (true and false|true and true|false and (true|false))$/ },
  { why: 'what is no string is no key of an object', ours: /only a string can be in an object/ },
  { why: '`in` looks into strings, too', theirs: /no such overload: \S+ in (dyn<)?string/ },
  { why: 'what would fail is refused there where it is never evaluated, too', theirs: /^refused/ },
];

// Without the bit for words: `&&`, `||` and `!`, which both have.
const style = fc.nat(63).map(bits => bits & ~8);
const of = <K extends Tree['kind']>(kind: K): fc.Arbitrary<K> => fc.constant<K>(kind);
type Trees = fc.Arbitrary<Tree>;
const binary = (ops: readonly string[], a: Trees, b = a): Trees =>
  fc.record({ kind: of('binary'), op: fc.constantFrom(...ops), a, b, style });
const unary = (kind: 'not' | 'neg', a: Trees): Trees => fc.record({ kind: of(kind), of: a, style });
const choose = (test: Trees, a: Trees, b = a): Trees => fc.record({ kind: of('if'), test, a, b, style });
const list = (items: Trees): Trees => fc.record({ kind: of('list'), of: fc.array(items, { maxLength: 3 }), style });
// Literals would be integers there: all values have names.
const name = (...names: string[]): Trees => fc.record({ kind: of('name'), name: fc.constantFrom(...names), style });
const field = (key: string): Trees =>
  style.map(bits => ({
    ...{ kind: 'at', of: { kind: 'name', name: 'o', style: 0 }, style: bits },
    key: { kind: 'lit', value: key, style: 8 },
  }));
const call = (of: Trees, called: string): Trees => of.map(arg => ({ kind: 'call', name: called, of: [arg], style: 0 }));
const plain = (...names: string[]): Trees =>
  fc.constantFrom(...names).map(found => ({ kind: 'name', name: found, style: 0 }));
const some = (...among: fc.MaybeWeightedArbitrary<Tree>[]): Trees =>
  fc.oneof<fc.MaybeWeightedArbitrary<Tree>[]>({ maxDepth: 5, depthSize: 'medium' }, ...among);

const NUMBERS = ['x', 'y', 'z'];
const STRINGS = ['s', 't'];
const FLAGS = ['b', 'c'];
const ORDER = ['<', '<=', '>', '>='];
const EQUAL = ['==', '!='];

interface Sorts {
  readonly number: Tree;
  readonly flag: Tree;
  readonly any: Tree;
}
const { number, flag, any } = fc.letrec<Sorts>((tie: fc.LetrecTypedTie<Sorts>) => ({
  number: some(
    name(...NUMBERS),
    field('n'),
    binary(['+', '-', '*', '/'], tie('number')),
    unary('neg', tie('number')),
    choose(tie('flag'), tie('number')),
    call(plain('s', 't', 'l', 'o'), 'len'),
  ),
  flag: some(
    name(...FLAGS),
    call(fc.oneof(field('n'), field('none')), 'has'),
    binary([...ORDER, ...EQUAL], tie('number')),
    binary([...ORDER, ...EQUAL], name(...STRINGS)),
    binary(EQUAL, list(tie('number')), fc.oneof(list(tie('number')), name('l'))),
    binary(['in'], tie('number'), fc.oneof(list(tie('number')), name('l'))),
    binary(['in'], name(...STRINGS), name('o')),
    binary(['and', 'or'], tie('flag')),
    unary('not', tie('flag')),
    choose(tie('flag'), tie('flag')),
  ),
  // No "+", which joins strings and lists there, and no "and" and "or", which there may pass by a mistake on their left.
  any: some(
    name(...NUMBERS, ...STRINGS, ...FLAGS, 'l', 'o', 'u'),
    fc.oneof(field('n'), field('none')),
    list(tie('any')),
    binary(['-', '*', '/', ...ORDER, ...EQUAL, 'in'], tie('any')),
    unary('not', tie('any')),
    unary('neg', tie('any')),
    choose(tie('any'), tie('any')),
    call(plain('x', 's', 'l', 'o', 'u', 'b'), 'len'),
  ),
}));

const double = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.1, 0.2, 0.3, 2 ** 53, 1e308, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0),
);
const string = fc.oneof(fc.constantFrom('', 'n', 'none'), fc.string({ maxLength: 3 }));
const values = fc.record({
  ...{ x: double, y: double, z: double, s: string, t: string, b: fc.boolean(), c: fc.boolean() },
  ...{ l: fc.array(double, { maxLength: 3 }), o: fc.record({ n: double }), u: fc.constant(null) },
});

const cel = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
type Answer = { readonly value: Json } | { readonly error: string };

function theirs(text: string, names: Readonly<Record<string, Json>>): Answer {
  // An integer there, and added to no double.
  const given = text.replaceAll(/len\((\w)\)/g, 'double(size($1))');
  const { valid } = cel.check(given);
  try {
    const value: unknown = cel.evaluate(given, names);
    // JSON has no -0.
    return { value: JSON.parse(JSON.stringify(value)) as Json };
  } catch (error) {
    return { error: `${valid ? 'failed' : 'refused'}: ${(error as Error).message}` };
  }
}

const ours = (evaluated: Evaluated): Answer =>
  evaluated.kind === 'value'
    ? { value: evaluated.value }
    : { error: evaluated.kind === 'error' ? evaluated.message : `${evaluated.name} is absent` };

const isDifferent = (a: Answer, b: Answer): boolean =>
  DIFFERENT.some(({ ours: own, theirs: other }) => says(a, own) || says(b, other));
const says = (answer: Answer, pattern: RegExp | undefined): boolean =>
  'error' in answer && pattern?.test(answer.error) === true;

it.each([
  ['what makes sense', fc.oneof(number, flag)],
  ['what may make none', any],
])('ST-16: %s means the same as in CEL, but for what is said above', (_, trees) => {
  const seen = { values: 0, errors: 0 };
  fc.assert(
    fc.property(trees, values, (tree, names) => {
      const text = print(tree);
      const own = ours(evaluate(parsed(text), lookupIn(names)));
      const other = theirs(text, names);
      if (isDifferent(own, other)) return;
      seen['error' in own ? 'errors' : 'values'] += 1;
      // Each has words of its own for what is wrong.
      expect([text, 'error' in own ? 'error' : own]).toEqual([text, 'error' in other ? 'error' : other]);
    }),
    { numRuns: 3000 },
  );
  expect(seen.values).toBeGreaterThan(500);
});
