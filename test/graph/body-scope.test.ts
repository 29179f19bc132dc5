import { describe } from 'vitest';
import { build, grind, nested, note, refuses, type Handle, type Untyped } from './untyped.js';

describe('ids of nodes in bodies', () => {
  const use = (g: Untyped, as: string) => g.run(grind, { beans: 1 }, { as });
  /** An each in an each for every id but the last; the innermost has the nodes `ids`. */
  function eaches(g: Untyped, [as, ...inner]: readonly string[], ...ids: string[]): void {
    if (as === undefined) for (const id of ids) use(g, id);
    else g.each(g.list([]), { as }, g => (eaches(g, inner, ...ids), { out: {} }));
  }
  refuses([
    [
      'of the node itself',
      build(g => eaches(g, ['x'], 'x')),
      'duplicate_id',
      'two nodes are called "x" (uses of g.each and of step "grind" in each "x")',
    ],
    [
      'of a node before',
      build(g => void [use(g, 'x'), eaches(g, ['a'], 'x')]),
      'duplicate_id',
      '(uses of step "grind" and of step "grind" in each "a")',
    ],
    [
      'of a node after',
      build(g => void [eaches(g, ['a'], 'x'), use(g, 'x')]),
      'duplicate_id',
      '(uses of step "grind" in each "a" and of step "grind")',
    ],
    [
      'of another in the body',
      build(g => eaches(g, ['a'], 'x', 'x')),
      'duplicate_id',
      '(both uses of step "grind" in each "a")',
    ],
    [
      'two levels up',
      build(g => eaches(g, ['a', 'b', 'c'], 'a')),
      'duplicate_id',
      '(uses of g.each and of step "grind" in each "c")',
    ],
    [
      'two levels down',
      build(g => void [eaches(g, ['a', 'b', 'c'], 'x'), g.sleep(g.list([]), 1, { as: 'x' })]),
      'duplicate_id',
      '(uses of step "grind" in each "c" and of g.sleep)',
    ],
  ]);
});

describe('a port of a body', () => {
  const outside = '"grind.powder" belongs to the body of each "pages"; outside of it, read the outputs of each "pages"';
  /** Builds an each that lets a port and its `g` out. */
  function leak(g: Untyped): { readonly powder: Handle; readonly item: Handle; readonly g: Untyped } {
    const leaked: { powder: Handle; item: Handle; g: Untyped }[] = [];
    g.each(g.list([]), { as: 'pages' }, (g, item) => {
      leaked.push({ powder: g.run(grind, { beans: 1 })['powder'] as Handle, item, g });
      return { out: {} };
    });
    return leaked[0] as (typeof leaked)[0];
  }
  refuses([
    ['used after it', build(g => void g.list([leak(g).powder])), 'foreign_port', outside],
    [
      'used in the graph while it is built',
      build(g => void g.each(g.list([]), { as: 'pages' }, (_g, item) => g.list([item]))),
      'foreign_port',
      '"$item" belongs to the body of each "pages"',
    ],
    [
      'used in another one',
      build(g => {
        const { powder } = leak(g);
        g.each(g.list([]), { as: 'b' }, g => g.run(nested, { beans: powder }));
      }),
      'foreign_port',
      `graph "g", each "b": node "nested", port "beans": ${outside}`,
    ],
    [
      'used in another graph',
      build(g => {
        const { item } = leak(g);
        build(g => void g.run(note, { text: item }))();
      }),
      'foreign_port',
      '"$item" belongs to another graph, "g"',
    ],
    [
      'and its `g`, when it is built',
      build(g => void leak(g).g.run(grind, { beans: 1 })),
      'foreign_port',
      'graph "g", each "pages": it is built; its `g` can no longer be used',
    ],
  ]);
});
