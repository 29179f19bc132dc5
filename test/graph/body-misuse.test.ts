import { describe } from 'vitest';
import { z } from 'zod';
import { build, grind, refuses, type Handle, type Untyped } from './untyped.js';

type Body = (g: Untyped, first: Handle, second: Handle, input: Handle) => unknown;
const state = { text: z.string() };

/** The error of one `g.each` called "pages". */
const each = (body: Body, options: object = {}) =>
  build((g, i) => void g.each(g.list([i['text']]), { as: 'pages', ...options }, (g, item, n) => body(g, item, n, i)));
/** The error of one `g.loop` called "refine". */
const loop = (body: Body, options: object = {}) =>
  build((g, i) => {
    const all = { as: 'refine', state, init: { text: i['text'] }, max: 2, ...options };
    g.loop(all, (g, s, n) => body(g, s, n, i));
  });
const empty: Body = () => ({ out: {} });
const same: Body = (_g, s) => ({ next: s });

describe('an each', () => {
  refuses([
    ['without an id', each(empty, { as: undefined }), 'invalid_id', 'node undefined: an id is text'],
    ['with a bad id', each(empty, { as: 'item' }), 'invalid_id', 'node "item": "item" is reserved'],
    [
      'with an unknown option',
      each(empty, { limit: 3 }),
      'unsupported_option',
      'each "pages" has the option "limit"; an each takes as, concurrency, ordered, onFailure',
    ],
    [
      'over a literal',
      build(g => void g.each(['a'], { as: 'pages' }, empty as never)),
      'not_a_port',
      'each "pages", list: expected a port',
    ],
    [
      'that gives nothing out',
      each(() => undefined),
      'invalid_graph',
      'graph "g", each "pages": its build function must return { out: { … }, nodes?: [ … ] }',
    ],
    [
      'with a body that is async',
      each(async () => ({ out: {} })),
      'invalid_graph',
      'it is async; a graph is built at once',
    ],
    [
      'whose out is no object',
      each(() => ({ out: 'text' })),
      'missing_wire',
      'each "pages": outputs: expected an object of ports by name',
    ],
    [
      'whose out is a port',
      each((_g, item) => ({ out: item })),
      'missing_wire',
      'outputs: expected an object of ports by name',
    ],
    [
      'that gives a literal out',
      each(() => ({ out: { a: 1 } })),
      'not_a_port',
      'each "pages": output "a": expected a port',
    ],
    ['that gives undefined out', each(() => ({ out: { a: undefined } })), 'not_a_port', 'output "a": expected a port'],
    [
      'with a bad output name',
      each((_g, item) => ({ out: { 'a b': item } })),
      'invalid_id',
      'output "a b": expected a port name',
    ],
    [
      'whose item is used as a value',
      each((_g, item) => ({ out: { a: item['name'] } })),
      'not_a_value',
      '"$item" of graph "g", each "pages" has no value',
    ],
  ]);
});

describe('a loop', () => {
  refuses([
    [
      'with an unknown option',
      loop(same, { ordered: true }),
      'unsupported_option',
      'loop "refine" has the option "ordered"; a loop takes as, state, init, until, max, onLimit',
    ],
    [
      'without a state',
      loop(same, { state: undefined }),
      'invalid_contract',
      'loop "refine" can\'t be defined: `state` must be an object of zod schemas',
    ],
    [
      'with a key that is no name',
      loop(same, { state: { 'a b': z.string() } }),
      'invalid_contract',
      'state "a b": expected a port name',
    ],
    [
      'with a state that is no schema',
      loop(same, { state: { text: 'string' } }),
      'invalid_contract',
      'state "text": expected a zod schema',
    ],
    [
      "with a schema that JSON can't carry",
      loop(same, { state: { text: z.date() } }),
      'invalid_contract',
      'state "text": ',
    ],
    [
      'without a first state',
      loop(same, { init: undefined }),
      'missing_wire',
      'loop "refine", init: expected an object of ports and literals',
    ],
    [
      'whose first state lacks a key',
      loop(same, { init: {} }),
      'missing_wire',
      'loop "refine", init, port "text" needs a value',
    ],
    [
      'whose first state is of another type',
      loop(same, { init: { text: 1 } }),
      'bad_literal',
      'port "text": expected string, got 1',
    ],
    [
      'that reads a state that is not there',
      loop((_g, s) => ({ next: { text: s['txt'] } })),
      'unknown_port',
      'loop "refine" has no state "txt"; did you mean "text"?',
    ],
    [
      'that gives no next state',
      loop(empty),
      'invalid_graph',
      'graph "g", loop "refine": its build function must return { next: { … }, until?, nodes?: [ … ] }',
    ],
    ['with a body that is async', loop(async () => ({ next: {} })), 'invalid_graph', 'it is async'],
    [
      'whose next state lacks a key',
      loop(() => ({ next: {} })),
      'missing_wire',
      'loop "refine": next, port "text" needs a value',
    ],
    [
      'whose next state has one too many',
      loop(() => ({ next: { text: '', more: 1 } })),
      'unknown_port',
      'next has no port "more"; it has text',
    ],
    [
      'that ends by a literal',
      loop((_g, s) => ({ next: s, until: true })),
      'not_a_port',
      'loop "refine": until: expected a boolean port, or { expr, in }',
    ],
    [
      'that ends by an expression over a literal',
      loop((_g, s) => ({ next: s, until: { expr: 'a', in: { a: 1 } } })),
      'not_a_port',
      'until, name "a": expected a port',
    ],
    [
      'whose options hold an expression with ports',
      loop(same, { until: { expr: 'a', in: {} } }),
      'unsupported_option',
      'until: expected an expression as text',
    ],
    [
      'that says twice how it ends',
      loop((_g, s) => ({ next: s, until: { expr: 'true', in: {} } }), { until: 'true' }),
      'unsupported_option',
      'it says `until` twice',
    ],
  ]);
});

describe('what only a graph has', () => {
  const noClusters =
    'graph "g", each "pages": a body has no clusters of its own; outside of it, put its node into a cluster';
  refuses([
    [
      'a cluster around nodes of a body',
      each(g => void g.cluster('mill', {}, () => undefined)),
      'unsupported_option',
      noClusters,
    ],
    [
      'a cluster of a use in a body',
      each(g => void g.run(grind, { beans: 1 }, { cluster: 'mill' })),
      'unsupported_option',
      noClusters,
    ],
    [
      'a protected port in a body',
      each((g, _item, _n, i) => void g.protect(i['text'], 'never')),
      'unsupported_option',
      'a body has no protected ports of its own; outside of it, use g.protect',
    ],
  ]);
});
