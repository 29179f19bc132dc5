import { describe, expect, it } from 'vitest';
import type { Document, DocumentNode, Form, Manifest } from '../../src/document/document.js';
import { check } from '../../src/plan/compile.js';

const N = { type: 'integer' } as const;
const NUMBERS = { type: 'array', items: N } as const;
const STEPS: Readonly<Record<string, Manifest>> = {
  split: { in: { of: { ...N, optional: true } }, out: { pages: N, list: NUMBERS }, yields: { page: N } },
  add: { in: { a: N, b: { ...N, optional: true } }, out: { n: N } },
  sum: { in: { list: NUMBERS }, out: { n: N } },
};
const split: DocumentNode = { step: 'split' };
const add = (a: Form, b?: Form): DocumentNode => ({ step: 'add', in: { a, ...(b !== undefined && { b }) } });
const each = (list: Form, inside: Record<string, DocumentNode>, out: Record<string, Form> = {}): DocumentNode => ({
  ...{ each: list, nodes: inside, out },
});
const docs = (nodes: Document['nodes'], parts: Partial<Document> = {}): Document => ({
  ...{ id: 'docs', steps: STEPS, nodes: nodes ?? {} },
  ...parts,
});
const issuesOf = (document: Document): readonly string[] =>
  check(document).map(({ code, path, message }) => `${code} ${path} ${message}`);

type Case = readonly [what: string, document: Document, expected: string | RegExp];
const one = ([, document, expected]: Case): void => {
  expect(issuesOf(document)).toEqual([expect.stringMatching(expected)]);
};

describe('the items of a stream that are read otherwise', () => {
  const INSTEAD = /read them by an each beside "split" \(each: split\.items\), or as lists by a collect there/;
  const cases: readonly (readonly [what: string, document: Document, path: string])[] = [
    ['by a step', docs({ split, s: { step: 'sum', in: { list: 'split.items' } } }), '/nodes/s/in/list'],
    [
      'by the first state of a loop',
      docs({
        split,
        l: {
          loop: { state: { items: NUMBERS }, max: 1 },
          in: { items: 'split.items' },
          next: { items: '$state.items' },
        },
      }),
      '/nodes/l/in/items',
    ],
    ['by an output of the graph', docs({ split }, { out: { x: 'split.items' } }), '/out/x'],
    ['by a condition', docs({ split, a: { ...add({ value: 1 }), when: 'split.items' } }), '/nodes/a/when'],
    [
      'in a form of an each',
      docs({ split, p: each({ first: ['split.items', { value: [] }] }, {}) }),
      '/nodes/p/each/first/0',
    ],
    [
      'by what its nodes read',
      docs({ split, p: each({ value: [1] }, { a: add('split.items') }) }),
      '/nodes/p/nodes/a/in/a',
    ],
    [
      'by an each further in, whose nodes read them as a stream has them',
      docs({
        split,
        p: each({ value: [1] }, { q: { ...each('split.items', { a: add('$item.page') }), buffer: 2 } }),
      }),
      '/nodes/p/nodes/q/each',
    ],
    [
      'by a collect further in',
      docs({ split, p: each({ value: [1] }, { q: { collect: 'split.items' } }) }),
      '/nodes/p/nodes/q/collect',
    ],
  ];

  it.each(cases)('%s are one issue, that says how', (_, document, path) => {
    expect(check(document)).toEqual([
      { code: 'stream_needs_each', path, message: expect.stringMatching(INSTEAD) as string },
    ]);
  });

  it('can be protected', () => {
    expect(check(docs({ split }, { protect: { 'split.items': 'never' } }))).toEqual([]);
  });
});

describe('a stream, an each over it and a collect are wrong', () => {
  const manifest = (parts: Partial<Manifest>): Document =>
    docs({ split }, { steps: { split: { ...STEPS['split'], ...parts } } });
  const cases: readonly Case[] = [
    ['without yields', manifest({ yields: {} }), /^missing_output \/steps\/split\/yields .*at least one port/],
    ['with a cursor it has not', manifest({ cursor: 'x' }), /^unknown_port \/steps\/split\/cursor .*there is none "x"/],
    ['with an output `items`', manifest({ out: { items: N } }), /^reserved_name \/steps\/split\/out\/items .*"items"/],
    ['with a cache', manifest({ cache: true, pure: true }), /^bad_policy \/steps\/split\/cache the items of a stream/],
    ['with a cache, not pure', manifest({ cache: true }), /^bad_policy \/steps\/split\/cache the items of a stream/],
    ['with a yield that is no name', manifest({ yields: { 'a-b': N } }), /^bad_id \/steps\/split\/yields\/a-b /],
    [
      'with a fallback for its items',
      docs({ split: { step: 'split', onFailure: { fallback: { items: [] } } } }),
      /^unknown_port \/nodes\/split\/onFailure\/fallback\/items no output "items"/,
    ],
    [
      'with a buffer of a list',
      docs({ split, p: { each: 'split.list', buffer: 5 } }),
      /^unsupported_option \/nodes\/p\/buffer an each over a list takes no `buffer`/,
    ],
    [
      'with half a buffer',
      docs({ split, p: { each: 'split.items', buffer: 0.5 } }),
      /^wrong_type \/nodes\/p\/buffer expected a whole number from 1, got 0\.5/,
    ],
    [
      'with an item as a whole',
      docs({ split, p: each('split.items', { a: add('$item') }) }),
      /^unknown_port .*"\$item\.page"/,
    ],
    [
      'with a yield that is not there',
      docs({ split, p: each('split.items', { a: add('$item.pag') }) }),
      /^unknown_port \/nodes\/p\/nodes\/a\/in\/a there is no \$item\.pag here: did you mean "\$item\.page"\?/,
    ],
    [
      'with a yield that does not fit',
      docs({ split, p: each('split.items', { s: { step: 'sum', in: { list: '$item.page' } } }) }),
      /^type_mismatch \/nodes\/p\/nodes\/s\/in\/list "\$item\.page" gives integer, expected array of integer/,
    ],
    [
      'with a list of yields that does not fit',
      docs({ split, c: { collect: 'split.items' }, a: add('c.page') }),
      /^type_mismatch \/nodes\/a\/in\/a "c\.page" gives array of integer, expected integer/,
    ],
    [
      'where a list is collected',
      docs({ split, c: { collect: 'split.list' } }),
      /^type_mismatch \/nodes\/c\/collect a collect reads the items of a stream.*got split\.list/,
    ],
    [
      'where nothing is collected',
      docs({ c: { collect: { list: [] } } }),
      /^type_mismatch \/nodes\/c\/collect .*`split\.items`/,
    ],
    [
      'where a node is collected that is not there',
      docs({ split, c: { collect: 'slit.items' } }),
      /^unknown_node \/nodes\/c\/collect /,
    ],
    [
      'with another key',
      docs({ split, c: { collect: 'split.items', concurrency: 3 } }),
      /^unsupported_option \/nodes\/c\/concurrency a collect takes no `concurrency`/,
    ],
    [
      'where its step is unknown, however it is read',
      docs({
        ...{ x: { step: 'splt' }, c: { collect: 'x.items' }, a: add('c.page') },
        p: { ...each('x.items', { a: add('$item.page') }, { n: 'a.n' }), buffer: 3 },
      }),
      /^unknown_step \/nodes\/x\/step .*did you mean "split"/,
    ],
  ];
  it.each(cases)('%s', (...given) => one(given));
});

describe('an each that would wait for the end of the stream it goes over', () => {
  const over = (reads: Form): DocumentNode => each('split.items', { a: add('$item.page', reads) }, { n: 'a.n' });
  const collected = { all: { collect: 'split.items' }, total: { step: 'sum', in: { list: 'all.page' } } } as const;
  const cases: readonly (readonly [what: string, nodes: Record<string, DocumentNode>, way: string])[] = [
    ['by an output', { split, p: over('split.pages') }, 'p -> split -> p'],
    ['by a form', { split, p: over({ first: ['split.pages', { value: 1 }] }) }, 'p -> split -> p'],
    ['by another node', { split, more: add('split.pages'), p: over('more.n') }, 'p -> split -> more -> p'],
    [
      'by a condition',
      {
        split,
        w: { ...add({ value: 1 }), when: { expr: 'n > 1', in: { n: 'split.pages' } } },
        p: over('w.n'),
      },
      'p -> split -> w -> p',
    ],
    ['by a collect of it', { split, ...collected, p: over('total.n') }, 'p -> split -> all -> total -> p'],
    [
      'by another each over it',
      {
        split,
        q: each('split.items', {}, { n: '$item.page' }),
        s: { step: 'sum', in: { list: 'q.n' } },
        p: over('s.n'),
      },
      'p -> split -> q -> s -> p',
    ],
    [
      'further in',
      { split, p: each('split.items', { q: each({ value: [1] }, { a: add('$item', 'split.pages') }) }) },
      'p -> split -> p',
    ],
    [
      'by another stream, whose items wait for the end of the first',
      {
        split,
        other: { step: 'split' },
        p: over('other.pages'),
        q: each('other.items', { b: add('$item.page', 'split.pages') }),
      },
      'p -> split -> q -> other -> p',
    ],
  ];

  it.each(cases)('is said: %s', (_, nodes, way) => {
    const why = `"p" goes over the items of "split" as they come, so it can't wait for its end (${way})`;
    const message = `${why}: collect the items first, then go over the lists by an each`;
    expect(check(docs(nodes))).toEqual([{ code: 'stream_feedback', path: '/nodes/p/each', message }]);
  });

  it('is said of the one whose stream waits, where what it waits for is an each over another one', () => {
    const nodes = {
      ...{ split, other: { step: 'split' }, p: over('other.pages') },
      q: each('other.items', { s: { step: 'sum', in: { list: 'p.n' } } }),
    };
    expect(check(docs(nodes)).map(({ code, path }) => [code, path])).toEqual([['stream_feedback', '/nodes/q/each']]);
  });

  it('is said where two streams wait for each other, each by one of two that go over its items', () => {
    const other: DocumentNode = { step: 'split' };
    const otherwise = (reads: Form): DocumentNode => each('other.items', { b: add('$item.page', reads) }, { n: 'b.n' });
    const nodes = {
      ...{ split, other, p1: over({ value: 1 }), q1: otherwise({ value: 1 }) },
      ...{ p: { step: 'sum', in: { list: 'p1.n' } }, q: { step: 'sum', in: { list: 'q1.n' } } },
      ...{ p2: over('q.n'), q2: otherwise('p.n') },
    };
    const way = 'p2 -> split -> p1 -> p -> q2 -> other -> q1 -> q -> p2';
    expect(issuesOf(docs(nodes))).toEqual([expect.stringContaining(`it can't wait for its end (${way})`)]);
  });

  it('is said in the nodes of an each and in a nested graph', () => {
    const nodes = { split, p: over('split.pages') };
    const nested = docs({ g: { graph: 'g' }, o: each({ value: [1] }, nodes) }, { graphs: { g: { id: 'g', nodes } } });
    expect(check(nested).map(({ path }) => path)).toEqual(['/graphs/g/nodes/p/each', '/nodes/o/nodes/p/each']);
  });

  it.each<[string, Record<string, DocumentNode>]>([
    [
      'what the stream reads too',
      { first: add({ value: 1 }), split: { step: 'split', in: { of: 'first.n' } }, p: over('first.n') },
    ],
    ['another stream that has ended', { split, other: { step: 'split' }, p: over('other.pages') }],
    [
      'the stream behind it',
      { split, p: over({ value: 1 }), s: { step: 'sum', in: { list: 'p.n' } }, more: add('s.n', 'split.pages') },
    ],
    ['a list, after a collect', { split, ...collected, p: each('all.page', { a: add('$item', 'total.n') }) }],
    [
      'a stream in the same item',
      { o: each({ value: [1, 2] }, { split, p: each('split.items', { a: add('$item.page', 'o.$item') }) }) },
    ],
    ['what two read', { split, p: over({ value: 1 }), q: over({ value: 2 }), c: { collect: 'split.items' } }],
  ])('is none that reads %s', (_, nodes) => {
    expect(check(docs(nodes))).toEqual([]);
  });

  it('is not looked for where nodes wait for one another anyway', () => {
    const nodes = {
      split: { step: 'split', in: { of: 'more.n' } },
      more: add('split.pages'),
      p: over('more.n'),
    } as const;
    expect(check(docs(nodes)).map(({ code }) => code)).toEqual(['cycle']);
  });
});
