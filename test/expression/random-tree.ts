import * as fc from 'fast-check';
import { paths, scalar, word } from './random-values.js';

/** What the tests know of an expression: a tree of their own, apart from the one under test. `style`: how to print. */
export type Tree = { readonly style: number } & (
  | { readonly kind: 'lit'; readonly value: null | boolean | number | string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly of: readonly Tree[] }
  | { readonly kind: 'at'; readonly of: Tree; readonly key: Tree }
  | { readonly kind: 'not' | 'neg'; readonly of: Tree }
  | { readonly kind: 'binary'; readonly op: string; readonly a: Tree; readonly b: Tree }
  | { readonly kind: 'if'; readonly test: Tree; readonly a: Tree; readonly b: Tree }
  | { readonly kind: 'call'; readonly name: string; readonly of: readonly Tree[] }
);
type Trees = fc.Arbitrary<Tree>;

const style = fc.nat(63);
const constant = <T extends string>(value: T): fc.Arbitrary<T> => fc.constant<T>(value);

const lit = (value: fc.Arbitrary<null | boolean | number | string>): Trees =>
  fc.record({ kind: constant('lit'), value, style });
const name = (...among: string[]): Trees =>
  fc.record({ kind: constant('name'), name: fc.constantFrom(...among), style });
const unary = (kind: 'not' | 'neg', of: Trees): Trees => fc.record({ kind: constant(kind), of, style });
const binary = (ops: readonly string[], a: Trees, b = a): Trees =>
  fc.record({ kind: constant('binary'), op: fc.constantFrom(...ops), a, b, style });
const choose = (test: Trees, of: Trees): Trees => fc.record({ kind: constant('if'), test, a: of, b: of, style });
const list = (of: Trees): Trees => fc.record({ kind: constant('list'), of: fc.array(of, { maxLength: 3 }), style });
const at = (of: Trees, key: Trees): Trees => fc.record({ kind: constant('at'), of, key, style });
const call = (names: readonly string[], of: Trees, most = 1): Trees =>
  fc.record({
    kind: constant('call'),
    name: fc.constantFrom(...names),
    of: fc.array(of, { minLength: 1, maxLength: most }),
    style,
  });

const knownPath: Trees = fc.tuple(fc.constantFrom('v', 'v', 'w'), paths, style).map(([root, keys, style]) => {
  const start: Tree = { kind: 'name', name: root, style };
  return keys.reduce<Tree>((of, value) => ({ kind: 'at', of, key: { kind: 'lit', value, style }, style }), start);
});

const often = (weight: number, arbitrary: Trees): fc.MaybeWeightedArbitrary<Tree> => ({ arbitrary, weight });
/** One of these, in trees of bounded depth. */
const some = (...among: fc.MaybeWeightedArbitrary<Tree>[]): Trees =>
  fc.oneof<fc.MaybeWeightedArbitrary<Tree>[]>({ maxDepth: 4, withCrossShrink: true }, ...among);

interface Sorts {
  readonly number: Tree;
  readonly boolean: Tree;
  readonly string: Tree;
  readonly path: Tree;
  readonly any: Tree;
}
type Tie = fc.LetrecTypedTie<Sorts>;

/** Trees that mostly make sense, and sometimes don't. `eager`: without what leaves parts of itself unevaluated. */
export function trees({ eager = false } = {}): Trees {
  const lazy = (...among: fc.MaybeWeightedArbitrary<Tree>[]): fc.MaybeWeightedArbitrary<Tree>[] => (eager ? [] : among);
  const sorts = fc.letrec<Sorts>((tie: Tie) => ({
    number: some(...numbers(tie), ...lazy(often(2, choose(tie('boolean'), tie('number'))))),
    boolean: some(...booleans(tie), ...lazy(...lazyBooleans(tie))),
    string: some(
      often(4, name('s', 't')),
      often(4, lit(word)),
      tie('path'),
      ...lazy(choose(tie('boolean'), tie('string'))),
    ),
    path: some(
      name('v', 'w', 'gone'),
      often(8, knownPath),
      often(2, at(tie('path'), lit(fc.oneof(word, fc.nat(2))))),
      often(2, at(tie('path'), fc.oneof(tie('number'), tie('string')))),
    ),
    any: some(
      lit(scalar),
      often(2, tie('path')),
      often(3, tie('number')),
      often(3, tie('boolean')),
      tie('string'),
      list(tie('any')),
      at(list(tie('any')), tie('number')),
    ),
  }));
  return eager ? sorts.any : sorts.boolean;
}

function numbers(tie: Tie): fc.MaybeWeightedArbitrary<Tree>[] {
  const number = tie('number');
  return [
    often(4, name('n', 'm')),
    often(4, lit(fc.constantFrom(0, 1, 2, 7, -1, 0.5, 1e308))),
    often(6, binary(['+', '-', '*', '/', '%'], number)),
    often(2, unary('neg', number)),
    often(2, call(['abs'], number)),
    often(2, call(['min', 'max'], number, 3)),
    often(2, call(['min', 'max', 'len'], list(number))),
    often(2, call(['len'], fc.oneof(tie('string'), tie('path')))),
    often(3, tie('path')),
    tie('any'),
  ];
}

function booleans(tie: Tie): fc.MaybeWeightedArbitrary<Tree>[] {
  const comparisons = ['<', '<=', '>', '>=', '==', '!='];
  return [
    often(4, name('p', 'q')),
    often(2, lit(fc.boolean())),
    often(4, unary('not', tie('boolean'))),
    often(4, binary(comparisons, tie('number'))),
    often(4, binary([...comparisons, 'in'], tie('string'))),
    often(2, binary(['==', '!='], tie('any'))),
    often(2, binary(['in'], tie('any'), fc.oneof(list(tie('any')), tie('path')))),
    tie('any'),
  ];
}

function lazyBooleans(tie: Tie): fc.MaybeWeightedArbitrary<Tree>[] {
  return [
    often(8, binary(['and', 'or'], tie('boolean'))),
    often(2, choose(tie('boolean'), tie('boolean'))),
    often(4, call(['has'], tie('path'))),
  ];
}
