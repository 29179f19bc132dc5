import type { Document } from '../../src/document/document.js';
import { cafe, nodes, untyped } from './kitchen.js';

const N = { type: 'number' } as const;
const GRIND = { step: 'grind', in: { beans: { value: 1 } } } as const;
/** A document with one mistake in it, and what check says of it. */
export interface Mistake {
  readonly code: string;
  readonly path: string;
  readonly message: RegExp;
  readonly document: Document;
}
/** In names and wires. */
export const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a step without a manifest': {
    code: 'unknown_step',
    path: '/nodes/a/step',
    message: /"grin".*did you mean "grind"/,
    document: nodes({ a: { step: 'grin' } }),
  },
  'a graph that is not there': {
    code: 'unknown_graph',
    path: '/nodes/a/graph',
    message: /"raed".*did you mean "read"/,
    document: cafe({ nodes: { a: { graph: 'raed' } }, graphs: { read: { id: 'read' } } }),
  },
  'a reference to a node that is not there': {
    code: 'unknown_node',
    path: '/nodes/b/in/powder',
    message: /no node "grnd".*did you mean "grind"/,
    document: nodes({ grind: GRIND, b: { step: 'brew', in: { powder: 'grnd.powder' } } }),
  },
  'a graph output from a node that is not there': {
    code: 'unknown_node',
    path: '/out/x',
    message: /no node "b"/,
    document: cafe({ out: { x: 'b.coffee' } }),
  },
  'a reference to an output that is not there': {
    code: 'unknown_port',
    path: '/nodes/b/in/powder',
    message: /node "a" has no output "powdr".*did you mean "powder"/,
    document: nodes({ a: GRIND, b: { step: 'brew', in: { powder: 'a.powdr' } } }),
  },
  'a wire to an input that is not there': {
    code: 'unknown_port',
    path: '/nodes/a/in/bean',
    message: /node "a" has no input "bean".*did you mean "beans"/,
    document: nodes({ a: { step: 'grind', in: { bean: { value: 1 } } } }),
  },
  'a reference to a graph input that is not there': {
    code: 'unknown_port',
    path: '/nodes/a/in/beans',
    message: /the graph has no input "bean".*did you mean "beans"/,
    document: cafe({ in: { beans: N }, nodes: { a: { step: 'grind', in: { beans: '$in.bean' } } } }),
  },
  'a fallback for an output that is not there': {
    code: 'unknown_port',
    path: '/nodes/a/onFailure/fallback/power',
    message: /no output "power".*"powder"/,
    document: nodes({ a: { ...GRIND, onFailure: { fallback: { power: 1 } } } }),
  },
  'an option that is not there': {
    code: 'unknown_option',
    path: '/nodes/b/options/stile',
    message: /step "brew" has no option "stile".*did you mean "style"/,
    document: nodes({ b: { step: 'brew', options: { stile: 'latte' } } }),
  },
  'a forgotten option': {
    code: 'missing_option',
    path: '/nodes/p/options',
    message: /step "pour" needs the option "into"/,
    document: nodes({ p: { step: 'pour', options: { slowly: true } } }),
  },
  'an output that is declared and never wired': {
    code: 'missing_output',
    path: '/returns/x',
    message: /"x"/,
    document: cafe({ returns: { x: N } }),
  },
  'a policy on a nested graph': {
    code: 'unsupported_option',
    path: '/nodes/a/timeout',
    message: /nested graph takes no `timeout`/,
    document: untyped({ nodes: { a: { graph: 'read', timeout: 5 } }, graphs: { read: { id: 'read' } } }),
  },
  'a node that reads itself': {
    code: 'self_loop',
    path: '/nodes/a/in/beans',
    message: /node "a".*"a\.powder"/,
    document: nodes({ a: { step: 'grind', in: { beans: 'a.powder' } } }),
  },
  'a node that waits for itself': {
    code: 'self_loop',
    path: '/nodes/b/when/in/x',
    message: /node "b"/,
    document: nodes({ b: { step: 'brew', when: { expr: 'x', in: { x: 'b.ok' } } } }),
  },
  'a graph nested in itself': {
    code: 'cycle',
    path: '/graphs/a/nodes/x/graph',
    message: /a -> b -> a/,
    document: cafe({
      nodes: { x: { graph: 'a' } },
      graphs: { a: { id: 'a', nodes: { x: { graph: 'b' } } }, b: { id: 'b', nodes: { y: { graph: 'a' } } } },
    }),
  },
  'a graph nested directly in itself': {
    code: 'cycle',
    path: '/graphs/a/nodes/x/graph',
    message: /a -> a/,
    document: cafe({ graphs: { a: { id: 'a', nodes: { x: { graph: 'a' } } } } }),
  },
  'a wire between ports that can not fit': {
    code: 'type_mismatch',
    path: '/nodes/g/in/beans',
    message: /"b\.coffee" gives string, expected number/,
    document: nodes({ b: { step: 'brew' }, g: { step: 'grind', in: { beans: 'b.coffee' } } }),
  },
  'a graph output that can not fit': {
    code: 'type_mismatch',
    path: '/out/x',
    message: /"\$in\.beans" gives number, expected string/,
    document: cafe({ in: { beans: N }, returns: { x: { type: 'string' } }, out: { x: '$in.beans' } }),
  },
  'an alternative that can not fit': {
    code: 'type_mismatch',
    path: '/nodes/g/in/beans/first/1',
    message: /gives string, expected number/,
    document: nodes({
      b: { step: 'brew' },
      a: GRIND,
      g: { step: 'grind', in: { beans: { first: ['a.powder', 'b.coffee'] } } },
    }),
  },
  'a list item that can not fit': {
    code: 'type_mismatch',
    path: '/nodes/t/in/cups/list/0',
    message: /gives number, expected string/,
    document: nodes({ a: GRIND, t: { step: 'taste', in: { cups: { list: ['a.powder'] } } } }),
  },
  'a list where one value is wanted': {
    code: 'type_mismatch',
    path: '/nodes/g/in/beans',
    message: /this gives array of number, expected number/,
    document: nodes({ a: GRIND, g: { step: 'grind', in: { beans: { list: ['a.powder'] } } } }),
  },
  'flat of what is no list of lists': {
    code: 'type_mismatch',
    path: '/nodes/t/in/cups/flat',
    message: /"a\.powder" gives number, expected array/,
    document: nodes({ a: GRIND, t: { step: 'taste', in: { cups: { flat: 'a.powder' } } } }),
  },
  'a sleep that hands on what can not fit': {
    code: 'type_mismatch',
    path: '/nodes/a/in/beans',
    message: /"z\.value" gives string, expected number/,
    document: nodes({
      b: { step: 'brew' },
      y: { sleep: 1, in: { value: 'b.coffee' } },
      z: { sleep: 1, in: { value: 'y.value' } },
      a: { step: 'grind', in: { beans: 'z.value' } },
    }),
  },
  'a condition that is no boolean': {
    code: 'type_mismatch',
    path: '/nodes/b/when',
    message: /"a\.powder" gives number, expected boolean/,
    document: nodes({ a: GRIND, b: { step: 'brew', when: 'a.powder' } }),
  },
  'a nested output, typed by its source, that can not fit': {
    code: 'type_mismatch',
    path: '/nodes/a/in/beans',
    message: /"x\.it" gives string, expected number/,
    document: cafe({
      nodes: { x: { graph: 'g' }, a: { step: 'grind', in: { beans: 'x.it' } } },
      graphs: { g: { id: 'g', nodes: { b: { step: 'brew' } }, out: { it: 'b.coffee' } } },
    }),
  },
};
