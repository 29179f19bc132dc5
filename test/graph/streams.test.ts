import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { manifestOf } from '../../src/graph/manifest.js';
import { stream } from '../../src/graph/stream.js';
import { build, note, refuses, type Handle, type Untyped } from './untyped.js';

const split = stream({
  id: 'split',
  in: { pdf: z.string() },
  yields: { image: z.string(), page: z.int() },
  out: { pages: z.int() },
});

describe('a stream', () => {
  it('has a manifest as a step, with what its items have', () => {
    expect(manifestOf(split)).toEqual({
      in: { pdf: { type: 'string' } },
      yields: { image: { type: 'string' }, page: expect.objectContaining({ type: 'integer' }) as unknown },
      out: { pages: expect.objectContaining({ type: 'integer' }) as unknown },
      options: {},
    });
    expect(stream({ id: 'bare', in: {}, yields: { n: z.int() } })).toMatchObject({
      kind: 'stream',
      out: {},
      context: {},
    });
  });

  it('says which yield is its cursor', () => {
    expect(manifestOf(stream({ id: 'paged', in: {}, yields: { n: z.int() }, cursor: 'n' }))).toMatchObject({
      cursor: 'n',
    });
  });

  const of = (spec: object) => () => stream({ id: 's', in: {}, yields: { n: z.int() }, ...spec });
  refuses([
    ['without yields', of({ yields: undefined }), 'invalid_contract', '`yields` must be an object of zod schemas'],
    ['with empty yields', of({ yields: {} }), 'invalid_contract', 'stream "s" can\'t be defined: `yields` is empty'],
    ['with a bad yield', of({ yields: { n: z.date() } }), 'invalid_contract', 'yield "n": JSON has no dates'],
    ['with a cursor it has not', of({ cursor: 'm' }), 'invalid_contract', 'cursor: expected one of its yields'],
    [
      'with a cursor that may be absent',
      of({ yields: { n: z.int().optional() }, cursor: 'n' }),
      'invalid_contract',
      'cursor: expected one of its yields that is never absent, got "n"',
    ],
    ['with an output "items"', of({ out: { items: z.int() } }), 'invalid_contract', 'output "items": so its items are'],
    [
      'that is cached',
      of({ pure: true, cache: true }),
      'invalid_contract',
      'cache: the items of a stream are not kept',
    ],
  ]);
});

describe('a graph with a stream', () => {
  const docs = graph({ id: 'docs', in: { pdf: z.string() }, out: { ids: z.array(z.string()) } }, (g, i) => {
    const s = g.run(split, { pdf: i.pdf }, { as: 'cut' });
    const pages = g.each(s.items, { as: 'pages', concurrency: 4, buffer: 2 }, (g, item, index) => {
      const n = g.run(note, { text: item.image });
      const deep = g.each(g.list([item.page, index]), { as: 'deep' }, (_g, x) => ({ out: { x, image: item.image } }));
      return { out: { id: n.id, x: deep.x }, nodes: [n] };
    });
    const all = g.collect(s.items, { partial: true });
    g.each(all.image, { as: 'again' }, (_g, image) => ({ out: { image } }));
    return { out: { ids: pages.id }, nodes: [s, pages, all] };
  });

  it('says in its document who reads the items', () => {
    expect(docs.document.nodes).toEqual({
      cut: { step: 'split', in: { pdf: '$in.pdf' } },
      pages: {
        each: 'cut.items',
        concurrency: 4,
        buffer: 2,
        nodes: {
          note: { step: 'note', in: { text: '$item.image' } },
          deep: {
            each: { list: ['$item.page', '$index'] },
            nodes: {},
            out: { x: '$item', image: 'pages.$item.image' },
          },
        },
        out: { id: 'note.id', x: 'deep.x' },
      },
      cut_items: { collect: 'cut.items', partial: true },
      again: { each: 'cut_items.image', nodes: {}, out: { image: '$item' } },
    });
    expect(docs.document.steps).toEqual({ split: manifestOf(split), note: manifestOf(note) });
  });

  it('has the addresses of the items, of one of them, and of what is collected', () => {
    const { cut, pages, cut_items: all } = docs.at;
    expect([cut.items, cut.out.pages, pages.in.items, pages.item(3).note.out.id, all.out.image, all.in.items]).toEqual(
      ['cut.items', 'cut.pages', 'pages/$in.items', 'pages[3]/note.id', 'cut_items.image', 'cut_items/$in.items'].map(
        text => ({ text }),
      ),
    );
    expect(() => Reflect.get(cut, 'item') as unknown).toThrow('stream "split" has no node "item"');
    expect(() => Reflect.get(pages.item(0).note, 'items') as unknown).toThrow('step "note" has no node "items"');
  });
});

type Use = (g: Untyped, items: Handle, input: Handle) => unknown;
const using = (use: Use) => build((g, i) => use(g, g.run(split, { pdf: i['text'] })['items'] as Handle, i));
const NO_VALUE = '"split.items" are the items of a stream and no value; make lists of them with g.collect';

describe('the items of a stream', () => {
  refuses([
    [
      'as an input',
      using((g, items) => void g.run(note, { text: items })),
      'stream_needs_each',
      `node "note", port "text": ${NO_VALUE}`,
    ],
    ['as a part of a list', using((g, items) => void g.list([items])), 'stream_needs_each', NO_VALUE],
    [
      'as an output of the graph',
      build(g => ({ out: { x: g.run(split, { pdf: 'a' })['items'] } })),
      'unknown_port',
      'no port "x"',
    ],
    [
      'as an output of a body',
      using((g, items) => void g.each(items, { as: 'e' }, () => ({ out: { items } }))),
      'stream_needs_each',
      `each "e": output "items": ${NO_VALUE}`,
    ],
    [
      'in the body of an each beside the stream',
      using((g, items) => void g.each(items, { as: 'e' }, g => ({ out: { x: g.collect(items)['image'] } }))),
      'stream_needs_each',
      'in the body of the stream itself',
    ],
    [
      'outside of the body of the stream',
      using((g, items) => {
        let inner: Handle | undefined;
        g.each(items, { as: 'e' }, g => {
          inner = g.run(split, { pdf: 'a' }, { as: 'inner' })['items'];
          return { out: {} };
        });
        g.collect(inner);
      }),
      'foreign_port',
      'g.collect: "inner.items" belongs to the body of each "e"',
    ],
    [
      'read as a value',
      using((_g, items) => String(items)),
      'not_a_value',
      'this is a port, not a value: "split.items"',
    ],
    [
      'of a step',
      build((g, i) => g.run(note, { text: i['text'] })['items']),
      'unknown_port',
      'node "note" has no output "items"',
    ],
  ]);

  refuses([
    [
      'collect of a list',
      using((g, _, i) => void g.collect(g.list([i['text']]))),
      'not_a_port',
      'g.collect: expected the items of a stream, such as split.items, got list($in.text)',
    ],
    [
      'collect with another option',
      using((g, items) => void g.collect(items, { ordered: true })),
      'unsupported_option',
      'a collect takes as, partial',
    ],
    [
      'two collects of a name',
      using((g, items) => void [g.collect(items), g.collect(items)]),
      'duplicate_id',
      'two nodes are called "split_items"',
    ],
    [
      'an each with another option',
      using((g, items) => void g.each(items, { as: 'e', limit: 1 }, () => ({ out: {} }))),
      'unsupported_option',
      'an each over a stream takes as, concurrency, ordered, onFailure, buffer',
    ],
    [
      'a buffer of a list',
      using((g, _, i) => void g.each(g.list([i['text']]), { as: 'e', buffer: 1 }, () => ({ out: {} }))),
      'unsupported_option',
      'each "e" has the option "buffer"',
    ],
    [
      'what an item has not',
      using((g, items) => void g.each(items, { as: 'e' }, (_g, item) => ({ out: { x: item['imag'] } }))),
      'unknown_port',
      'an item of each "e" has no "imag"; did you mean "image"?',
    ],
  ]);
});
