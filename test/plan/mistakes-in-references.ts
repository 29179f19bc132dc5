import type { DocumentNode, Form } from '../../src/document/document.js';
import { cafe, nodes } from './kitchen.js';
import type { Mistake } from './mistakes.js';

const N = { type: 'number' } as const;
const BEANS = { value: [1, 2] } as const;
const grind = (beans: Form): DocumentNode => ({ step: 'grind', in: { beans } });
const each = (inside: Record<string, DocumentNode>, out = {}): DocumentNode => ({ each: BEANS, nodes: inside, out });
const loop = (inside: Record<string, DocumentNode>): DocumentNode => ({
  loop: { state: { n: N }, max: 3 },
  in: { n: { value: 1 } },
  nodes: inside,
  next: { n: '$state.n' },
});
const endless = (): DocumentNode =>
  Array.from({ length: 3000 }).reduce<DocumentNode>((inner, _, k) => each({ [`e${k}`]: inner }), each({}));

/** Between the nodes of eaches and loops and what is around them. */
export const MISTAKES_IN_REFERENCES: Readonly<Record<string, Mistake>> = {
  'an item where there is none': {
    code: 'unknown_port',
    path: '/nodes/g/in/beans',
    message: /^"\$item": only the nodes of an each can read \$item$/,
    document: nodes({ g: grind('$item') }),
  },
  'an item of an each that is read by its own list': {
    code: 'unknown_port',
    path: '/nodes/p/each',
    message: /only the nodes of an each can read \$item/,
    document: nodes({ p: { each: '$item' } }),
  },
  'an item of an each that a nested graph is used in': {
    code: 'unknown_port',
    path: '/graphs/g/nodes/a/in/beans',
    message: /only the nodes of an each can read \$item/,
    document: cafe({
      nodes: { p: each({ x: { graph: 'g' } }) },
      graphs: { g: { id: 'g', nodes: { a: grind('$item') } } },
    }),
  },
  'a state where there is none': {
    code: 'unknown_port',
    path: '/nodes/p/nodes/g/in/beans',
    message: /^"\$state\.n": only the nodes of a loop can read \$state$/,
    document: nodes({ p: each({ g: grind('$state.n') }) }),
  },
  'a key that the innermost state does not have': {
    code: 'unknown_port',
    path: '/nodes/l/nodes/m/nodes/g/in/beans',
    message: /^there is no \$state\.n here: expected "\$iteration"$/,
    document: nodes({ l: loop({ m: { loop: { state: {}, max: 1 }, nodes: { g: grind('$state.n') } } }) }),
  },
  'a part of an item that is one value': {
    code: 'unknown_port',
    path: '/nodes/p/nodes/g/in/beans',
    message: /^there is no \$item\.size here: expected one of "\$item", "\$index"$/,
    document: nodes({ p: each({ g: grind('$item.size') }) }),
  },
  'an item of a loop': {
    code: 'unknown_port',
    path: '/nodes/p/nodes/l/nodes/g/in/beans',
    message: /^there is no \$item here: expected one of "\$state\.n", "\$iteration"$/,
    document: nodes({ p: each({ l: loop({ g: grind('l.$item') }) }) }),
  },
  'a state of an each further out': {
    code: 'unknown_port',
    path: '/nodes/p/nodes/l/nodes/g/in/beans',
    message: /^there is no \$state\.n here: expected one of "\$item", "\$index"$/,
    document: nodes({ p: each({ l: loop({ g: grind('p.$state.n') }) }) }),
  },
  'an item of an each that is beside': {
    code: 'unknown_port',
    path: '/nodes/p/nodes/g/in/beans',
    message: /^"q\.\$item": this is not among the nodes of an each or a loop "q"$/,
    document: nodes({ p: each({ g: grind('q.$item') }), q: each({}) }),
  },
  'an item of an each within': {
    code: 'unknown_port',
    path: '/nodes/p/out/x',
    message: /^"q\.\$item": this is not among the nodes of an each or a loop "q"$/,
    document: nodes({ p: each({ q: each({}) }, { x: 'q.$item' }) }),
  },
  'a node in another body': {
    code: 'unknown_node',
    path: '/nodes/g/in/beans',
    message: /^"a\.powder": there is no node "a": expected one of "g", "p"$/,
    document: nodes({ p: each({ a: grind('$item') }), g: grind('a.powder') }),
  },
  'a name of which something like it is further out': {
    code: 'unknown_node',
    path: '/nodes/p/nodes/q/nodes/a/in/beans',
    message: /^"grindr\.powder": there is no node "grindr": did you mean "grinder"\?$/,
    document: nodes({ grinder: grind({ value: 1 }), p: each({ q: each({ a: grind('grindr.powder') }) }) }),
  },
  'an output that a node further out does not have': {
    code: 'unknown_port',
    path: '/nodes/p/nodes/a/in/beans',
    message: /^node "g" has no output "powdr": did you mean "powder"\?$/,
    document: nodes({ g: grind({ value: 1 }), p: each({ a: grind('g.powdr') }) }),
  },
  'a graph input that is not there, from further in': {
    code: 'unknown_port',
    path: '/nodes/p/nodes/q/nodes/a/in/beans',
    message: /^the graph has no input "bean": did you mean "beans"\?$/,
    document: cafe({ in: { beans: N }, nodes: { p: each({ q: each({ a: grind('$in.bean') }) }) } }),
  },
  'an each whose nodes read what it gives': {
    code: 'self_loop',
    path: '/nodes/p/nodes/a/in/beans/first/0',
    message: /node "p" can't read its own output "p\.x"/,
    document: nodes({ p: each({ a: grind({ first: ['p.x', '$item'] }) }, { x: 'a.powder' }) }),
  },
  'an each whose nodes read what it gives, from further in': {
    code: 'self_loop',
    path: '/nodes/p/nodes/q/nodes/a/when',
    message: /node "p" can't read its own output "p\.x"/,
    document: nodes({
      p: each({ q: each({ a: { step: 'grind', in: { beans: '$item' }, when: 'p.x' } }) }, { x: '$item' }),
    }),
  },
  'a loop whose `until` reads what it gives': {
    code: 'self_loop',
    path: '/nodes/l/loop/until/in/m',
    message: /node "l" can't read its own output "l\.n"/,
    document: nodes({
      l: {
        loop: { state: { n: N }, until: { expr: 'm > 3', in: { m: 'l.n' } } },
        in: { n: { value: 1 } },
        next: { n: '$state.n' },
      },
    }),
  },
  'a cycle within an each': {
    code: 'cycle',
    path: '/nodes/p/nodes/a',
    message: /wait for one another: a -> b -> a$/,
    document: nodes({ p: each({ a: grind('b.powder'), b: grind('a.powder') }) }),
  },
  'a cycle through what the nodes of an each read': {
    code: 'cycle',
    path: '/nodes/g',
    message: /wait for one another: g -> p -> g$/,
    document: nodes({
      g: { step: 'grind', in: { beans: { value: 1 } }, when: { expr: 'len(x) > 1', in: { x: 'p.x' } } },
      p: each({ q: each({ a: grind('g.powder') }) }, { x: '$item' }),
    }),
  },
  'a cycle through the `until` of a loop': {
    code: 'cycle',
    path: '/nodes/b',
    message: /wait for one another: b -> l -> b$/,
    document: nodes({
      b: { step: 'brew', in: { powder: 'l.n', water: { value: 1 } } },
      l: { loop: { state: { n: N }, until: 'b.ok' }, in: { n: { value: 1 } }, next: { n: '$state.n' } },
    }),
  },
  'a graph nested in itself through an each': {
    code: 'cycle',
    path: '/graphs/g/nodes/p/nodes/l/nodes/x/graph',
    message: /nested in itself: g -> g$/,
    document: cafe({ graphs: { g: { id: 'g', nodes: { p: each({ l: loop({ x: { graph: 'g' } }) }) } } } }),
  },
  'an input that nothing is wired to': {
    code: 'missing_input',
    path: '/nodes/p/nodes/b',
    message: /^nothing is wired to b\/\$in\.powder: within an each or a loop every required input is wired$/,
    document: nodes({ p: each({ b: { step: 'brew', in: { water: '$item' } } }) }),
  },
  'a sleep that nothing is wired to': {
    code: 'missing_input',
    path: '/nodes/p/nodes/z',
    message: /^nothing is wired to z\/\$in\.value: /,
    document: nodes({ p: each({ z: { sleep: 1 } }) }),
  },
  'a first state that nothing is wired to': {
    code: 'missing_input',
    path: '/nodes/p/nodes/l',
    message: /^nothing is wired to l\/\$in\.n: /,
    document: nodes({ p: each({ l: { loop: { state: { n: N }, max: 1 }, next: { n: '$state.n' } } }) }),
  },
  'a nested graph with an input deep in it that nothing is wired to': {
    code: 'missing_input',
    path: '/nodes/p/nodes/x',
    message: /^nothing is wired to x\/y\/b\/\$in\.powder: /,
    document: cafe({
      nodes: { p: each({ x: { graph: 'g' } }) },
      graphs: {
        g: { id: 'g', nodes: { y: { graph: 'h' } } },
        h: { id: 'h', nodes: { b: { step: 'brew', in: { water: { value: 1 } } } } },
      },
    }),
  },
  'an awaited input of a nested graph, which nobody could supply': {
    code: 'missing_input',
    path: '/nodes/p/nodes/x',
    message: /^nothing is wired to x\/\$in\.n: /,
    document: cafe({
      nodes: { p: each({ x: { graph: 'g' } }) },
      graphs: { g: { id: 'g', in: { n: { ...N, awaited: true } } } },
    }),
  },
  'a node called as its each': {
    code: 'duplicate_id',
    path: '/nodes/p/nodes/p',
    message: /^a node around this one is called "p" too: a reference could mean either$/,
    document: nodes({ p: each({ p: grind('$item') }) }),
  },
  'a node called as one further out': {
    code: 'duplicate_id',
    path: '/nodes/p/nodes/q/nodes/a',
    message: /called "a" too/,
    document: nodes({ a: grind({ value: 1 }), p: each({ q: each({ a: grind('$item') }) }) }),
  },
  'a body that a cluster reaches into': {
    code: 'unknown_node',
    path: '/clusters/mill/nodes/0',
    message: /no node "a"/,
    document: cafe({ nodes: { p: each({ a: grind('$item') }) }, clusters: { mill: { nodes: ['a'] } } }),
  },
  'eaches within eaches beyond all measure': {
    code: 'too_deep',
    path: `/nodes/top${Array.from({ length: 256 }, (_, k) => `/nodes/e${2999 - k}`).join('')}`,
    message: /^eaches and loops nest more than 256 levels deep here$/,
    document: nodes({ top: endless() }),
  },
};
