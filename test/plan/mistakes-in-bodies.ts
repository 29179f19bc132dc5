import type { DocumentNode, Form, LoopRule } from '../../src/document/document.js';
import { cafe, nodes, untyped } from './kitchen.js';
import type { Mistake } from './mistakes.js';

const N = { type: 'number' } as const;
const BEANS = { value: [1, 2] } as const;
const grind = (beans: Form): DocumentNode => ({ step: 'grind', in: { beans } });
const each = (inside: Record<string, DocumentNode>, out = {}): DocumentNode => ({ each: BEANS, nodes: inside, out });
/** A loop over the state `n` that leaves it as it is. */
const loop = (rule: Partial<LoopRule>, inside: Record<string, DocumentNode> = {}): DocumentNode => ({
  loop: { state: { n: N }, max: 3, ...rule },
  in: { n: { value: 1 } },
  nodes: inside,
  next: { n: '$state.n' },
});

/** In eaches, in loops, and in their nodes. */
export const MISTAKES_IN_BODIES: Readonly<Record<string, Mistake>> = {
  'an each over what is no list': {
    code: 'type_mismatch',
    path: '/nodes/p/each',
    message: /"b\.coffee" gives string, expected array/,
    document: nodes({ b: { step: 'brew' }, p: { each: 'b.coffee' } }),
  },
  'an each over a literal that is no list': {
    code: 'bad_literal',
    path: '/nodes/p/each/value',
    message: /expected (an )?array, got 5/,
    document: nodes({ p: { each: { value: 5 } } }),
  },
  'an item that can not fit': {
    code: 'type_mismatch',
    path: '/nodes/p/nodes/g/in/beans',
    message: /^"\$item" gives string, expected number$/,
    document: nodes({ b: { step: 'brew' }, p: { each: { list: ['b.coffee'] }, nodes: { g: grind('$item') } } }),
  },
  'an item of an each further out that can not fit': {
    code: 'type_mismatch',
    path: '/nodes/p/nodes/q/nodes/g/in/beans',
    message: /^"p\.\$item" gives string, expected number$/,
    document: nodes({
      b: { step: 'brew' },
      p: { each: { list: ['b.coffee'] }, nodes: { q: each({ g: grind('p.$item') }) } },
    }),
  },
  'a graph input that can not fit in a node of an each': {
    code: 'type_mismatch',
    path: '/nodes/p/nodes/g/in/beans',
    message: /^"\$in\.name" gives string, expected number$/,
    document: cafe({ in: { name: { type: 'string' } }, nodes: { p: each({ g: grind('$in.name') }) } }),
  },
  'a list of an each where one value is wanted': {
    code: 'type_mismatch',
    path: '/nodes/g/in/beans',
    message: /^"p\.powder" gives array of number, expected number$/,
    document: nodes({ p: each({ a: grind('$item') }, { powder: 'a.powder' }), g: grind('p.powder') }),
  },
  'a list of lists of an each in an each': {
    code: 'type_mismatch',
    path: '/nodes/g/in/beans',
    message: /^"p\.all" gives array of array of number, expected number$/,
    document: nodes({
      p: each({ q: each({ a: grind('$item') }, { powder: 'a.powder' }) }, { all: 'q.powder' }),
      g: grind('p.all'),
    }),
  },
  'a first state that can not fit': {
    code: 'bad_literal',
    path: '/nodes/l/in/n/value',
    message: /number.*"x"/,
    document: nodes({ l: { loop: { state: { n: N }, max: 1 }, in: { n: { value: 'x' } }, next: { n: '$state.n' } } }),
  },
  'a next state that can not fit': {
    code: 'type_mismatch',
    path: '/nodes/l/next/n',
    message: /"b\.coffee" gives string, expected number/,
    document: nodes({
      l: {
        loop: { state: { n: N }, max: 1 },
        in: { n: { value: 1 } },
        nodes: { b: { step: 'brew', in: { powder: '$state.n', water: { value: 1 } } } },
        next: { n: 'b.coffee' },
      },
    }),
  },
  'a next state that is not said': {
    code: 'missing_output',
    path: '/nodes/l/loop/state/n',
    message: /"n" is declared, but `next`/,
    document: nodes({ l: { loop: { state: { n: N }, max: 1 }, in: { n: { value: 1 } } } }),
  },
  'a next state that is not in the state': {
    code: 'unknown_port',
    path: '/nodes/l/next/m',
    message: /the loop has no state "m": expected "n"/,
    document: nodes({
      l: { loop: { state: { n: N }, max: 1 }, in: { n: { value: 1 } }, next: { n: '$state.n', m: '$state.n' } },
    }),
  },
  'a first state that is not in the state': {
    code: 'unknown_port',
    path: '/nodes/l/in/nn',
    message: /node "l" has no input "nn": did you mean "n"/,
    document: nodes({
      l: { loop: { state: { n: N }, max: 1 }, in: { n: { value: 1 }, nn: { value: 1 } }, next: { n: '$state.n' } },
    }),
  },
  'a loop without an end': {
    code: 'missing_option',
    path: '/nodes/l/loop',
    message: /needs `until`, `max`, or both/,
    document: nodes({ l: { loop: { state: {} } } }),
  },
  'a state called as what `until` has anyway': {
    code: 'reserved_name',
    path: '/nodes/l/loop/state/iteration',
    message: /"iteration" is reserved/,
    document: nodes({
      l: {
        loop: { state: { iteration: N }, max: 1 },
        in: { iteration: { value: 1 } },
        next: { iteration: '$state.iteration' },
      },
    }),
  },
  'a state with a name that no port has': {
    code: 'bad_id',
    path: '/nodes/l/loop/state/a.b',
    message: /"a\.b"/,
    document: nodes({ l: { loop: { state: { 'a.b': { ...N, optional: true } }, max: 1 } } }),
  },
  'an awaited state': {
    code: 'bad_schema',
    path: '/nodes/l/loop/state/n/awaited',
    message: /input/,
    document: nodes({ l: loop({ state: { n: { ...N, awaited: true } } }) }),
  },
  'an output of an each with a name that no port has': {
    code: 'bad_id',
    path: '/nodes/p/out/a.b',
    message: /"a\.b"/,
    document: nodes({ p: each({}, { 'a.b': '$item' }) }),
  },
  'an `until` over a name that is not there': {
    code: 'bad_expression',
    path: '/nodes/l/loop/until/expr',
    message: /^column 1: .*"iteratoin".*did you mean "iteration"/,
    document: nodes({ l: loop({ until: { expr: 'iteratoin > 3' } }) }),
  },
  'an `until` over a node, which is given by `in` only': {
    code: 'bad_expression',
    path: '/nodes/l/loop/until/expr',
    message: /^column 1: .*"g"/,
    document: nodes({ l: loop({ until: { expr: 'g.powder > 3' } }, { g: grind('$state.n') }) }),
  },
  'an `until` that is no condition': {
    code: 'bad_expression',
    path: '/nodes/l/loop/until/expr',
    message: /^column 3: .*boolean/,
    document: nodes({ l: loop({ until: { expr: 'n + iteration' } }) }),
  },
  'an `until` that compares what can not be compared': {
    code: 'bad_expression',
    path: '/nodes/l/loop/until/expr',
    message: /^column 11: /,
    document: nodes({ l: loop({ until: { expr: 'iteration < "a"' } }) }),
  },
  'an `until` that is a port and no boolean': {
    code: 'type_mismatch',
    path: '/nodes/l/loop/until',
    message: /"g\.powder" gives number, expected boolean/,
    document: nodes({ l: loop({ until: 'g.powder' }, { g: grind('$state.n') }) }),
  },
  'an `until` that is given what is not there': {
    code: 'unknown_node',
    path: '/nodes/l/loop/until/in/p',
    message: /no node "gg": did you mean "g"/,
    document: nodes({ l: loop({ until: { expr: 'p > 1', in: { p: 'gg.powder' } } }, { g: grind('$state.n') }) }),
  },
  'an `until` that nests too deep': {
    code: 'bad_expression',
    path: '/nodes/l/loop/until/expr',
    message: /^column 102: too deep/,
    document: nodes({ l: loop({ until: { expr: `${'('.repeat(200)}n > 1${')'.repeat(200)}` } }) }),
  },
  'an `until` of more than can be read': {
    code: 'bad_expression',
    path: '/nodes/l/loop/until/expr',
    message: /^column \d+: too long/,
    document: nodes({ l: loop({ until: { expr: `n > 1${' and n > 1'.repeat(2000)}` } }) }),
  },
  'a `max` of nothing': {
    code: 'wrong_type',
    path: '/nodes/l/loop/max',
    message: /whole number from 1, got 0$/,
    document: nodes({ l: loop({ max: 0 }) }),
  },
  'a `max` below nothing': {
    code: 'wrong_type',
    path: '/nodes/l/loop/max',
    message: /whole number from 1, got -3$/,
    document: nodes({ l: loop({ max: -3 }) }),
  },
  'a `max` that is not whole': {
    code: 'wrong_type',
    path: '/nodes/l/loop/max',
    message: /whole number from 1, got 1\.5$/,
    document: nodes({ l: loop({ max: 1.5 }) }),
  },
  'a concurrency of nothing': {
    code: 'wrong_type',
    path: '/nodes/p/concurrency',
    message: /whole number from 1, got 0$/,
    document: nodes({ p: { each: BEANS, concurrency: 0 } }),
  },
  'an option that an each does not have': {
    code: 'unsupported_option',
    path: '/nodes/p/when',
    message: /^an each takes no `when`$/,
    document: untyped({ nodes: { p: { each: BEANS, when: { value: true } } } }),
  },
  'an option that a loop does not have': {
    code: 'unsupported_option',
    path: '/nodes/l/max',
    message: /^a loop takes no `max`$/,
    document: untyped({ nodes: { l: { loop: { state: {}, max: 1 }, max: 3 } } }),
  },
  'a rule that a loop does not have': {
    code: 'unsupported_option',
    path: '/nodes/l/loop/untill',
    message: /^`loop` takes no `untill`$/,
    document: untyped({ nodes: { l: { loop: { state: {}, max: 1, untill: 'x' } } } }),
  },
};
