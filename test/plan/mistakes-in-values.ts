import type { Form } from '../../src/document/document.js';
import type { Json } from '../../src/value/json.js';
import { cafe, nodes, untyped } from './kitchen.js';
import type { Mistake } from './mistakes.js';

const N = { type: 'number' } as const;
const GRIND = { step: 'grind', in: { beans: { value: 1 } } } as const;
/** In literals, options, expressions, policies, schemas and names. */
export const MISTAKES_IN_VALUES: Readonly<Record<string, Mistake>> = {
  'a literal of the wrong type': {
    code: 'bad_literal',
    path: '/nodes/a/in/beans/value',
    message: /expected (a )?number, got "many"/,
    document: nodes({ a: { step: 'grind', in: { beans: { value: 'many' } } } }),
  },
  'a literal that is wrong further in': {
    code: 'bad_literal',
    path: '/nodes/t/in/cups/value/1',
    message: /string.*2/,
    document: nodes({ t: { step: 'taste', in: { cups: { value: ['a', 2] } } } }),
  },
  'an option of the wrong type': {
    code: 'bad_literal',
    path: '/nodes/b/options/style',
    message: /string.*5/,
    document: nodes({ b: { step: 'brew', options: { style: 5 } } }),
  },
  'a fallback of the wrong type': {
    code: 'bad_literal',
    path: '/nodes/a/onFailure/fallback/powder',
    message: /number.*"x"/,
    document: nodes({ a: { ...GRIND, onFailure: { fallback: { powder: 'x' } } } }),
  },
  'a default of the wrong type': {
    code: 'bad_literal',
    path: '/in/x/default',
    message: /number.*"x"/,
    document: cafe({ in: { x: { ...N, default: 'x' } } }),
  },
  'a literal that JSON does not have': {
    code: 'bad_literal',
    path: '/nodes/a/in/beans/value',
    message: /NaN/,
    document: nodes({ a: { step: 'grind', in: { beans: { value: NaN } } } }),
  },
  'a literal deeper than 1,000': {
    code: 'bad_literal',
    path: `/nodes/p/options/into${'/0'.repeat(1000)}`,
    message: /too deep/,
    document: nodes({ p: { step: 'pour', options: { into: nestedList(1001) } } }),
  },
  'an expression that can not be read': {
    code: 'bad_expression',
    path: '/nodes/b/when/expr',
    message: /^column 5: /,
    document: nodes({ b: { step: 'brew', when: { expr: '1 < )', in: {} } } }),
  },
  'an expression over a name that is not given': {
    code: 'bad_expression',
    path: '/nodes/b/when/expr',
    message: /^column 1: .*"water".*did you mean "watr"/,
    document: nodes({ b: { step: 'brew', when: { expr: 'water > 1', in: { watr: { value: 2 } } } } }),
  },
  'an expression that is no condition': {
    code: 'bad_expression',
    path: '/nodes/b/when/expr',
    message: /^column 3: .*boolean/,
    document: nodes({ a: GRIND, b: { step: 'brew', when: { expr: 'p + 1', in: { p: 'a.powder' } } } }),
  },
  'a schema that is no JSON': {
    code: 'bad_schema',
    path: '/in/x',
    message: /function/,
    document: untyped({ in: { x: { type: 'number', check: () => true } } }),
  },
  'a longest delay below the first': {
    code: 'bad_policy',
    path: '/nodes/a/retry',
    message: /1000 ms.*60000 ms/,
    document: nodes({ a: { ...GRIND, retry: { initial: '1m', max: '1s' } } }),
  },
  'a step that is cached and not pure': {
    code: 'bad_policy',
    path: '/steps/grind/cache',
    message: /can only be cached if it is pure; expected `pure: true`/,
    document: { id: 'd', steps: { grind: { cache: true, version: '1' } } },
  },
  'a time to live that is none': {
    code: 'bad_duration',
    path: '/steps/grind/cache/ttl',
    message: /"soon"/,
    document: untyped({ steps: { grind: { pure: true, cache: { ttl: 'soon' } } } }),
  },
  'a duration that is none': {
    code: 'bad_duration',
    path: '/nodes/a/timeout',
    message: /"soon"/,
    document: untyped({ nodes: { a: { ...GRIND, timeout: 'soon' } } }),
  },
  'a time of nothing': {
    code: 'bad_duration',
    path: '/steps/x/deadline',
    message: /longer than nothing, got 0/,
    document: cafe({ steps: { x: { deadline: 0 } } }),
  },
  'a limit of nothing': {
    code: 'wrong_type',
    path: '/clusters/mill/limit',
    message: /whole number from 1, got 0/,
    document: cafe({ clusters: { mill: { nodes: [], limit: 0 } } }),
  },
  'a node with a word of addresses as id': {
    code: 'reserved_name',
    path: '/nodes/item',
    message: /"item" is reserved/,
    document: nodes({ item: GRIND }),
  },
  'a node with an id that addresses can not hold': {
    code: 'bad_id',
    path: '/nodes/a.b',
    message: /"a\.b"/,
    document: nodes({ 'a.b': GRIND }),
  },
  'a node in two clusters': {
    code: 'duplicate_id',
    path: '/clusters/two/nodes/0',
    message: /"a".*"one"/,
    document: cafe({ nodes: { a: GRIND }, clusters: { one: { nodes: ['a'] }, two: { nodes: ['a'] } } }),
  },
  'a cluster of a node that is not there': {
    code: 'unknown_node',
    path: '/clusters/mill/nodes/0',
    message: /"grnd".*did you mean "grind"/,
    document: cafe({ nodes: { grind: GRIND }, clusters: { mill: { nodes: ['grnd'] } } }),
  },
  'forms within forms without end': {
    code: 'too_deep',
    path: `/nodes/g/in/beans${'/first/0'.repeat(1000)}`,
    message: /1000 levels/,
    document: nodes({ g: { step: 'grind', in: { beans: nestedFirst(1001) } } }),
  },
};

function nestedList(depth: number): Json {
  let json: Json = 'deepest';
  for (let k = 0; k < depth; k += 1) json = [json];
  return json;
}
function nestedFirst(depth: number): Form {
  let form: Form = { value: 1 };
  for (let k = 0; k < depth; k += 1) form = { first: [form] };
  return form;
}
