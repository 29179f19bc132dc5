import { describe, expect, test } from 'vitest';
import type { Document, DocumentNode, EachNode, LoopNode } from '../../src/document/document.js';
import { addEdge, removeEdge, removeNode } from '../../src/document/edit.js';
import { edges, inEdges, outEdges } from '../../src/document/edges.js';
import { parseDocument } from '../../src/document/parse.js';
import { frozen } from './frozen.js';

const POLISH: LoopNode = {
  loop: { state: { text: {} }, until: { expr: 'done or all', in: { done: 'better.done', all: 'flags.all' } } },
  in: { text: 'easy.text' },
  nodes: {
    better: {
      step: 'better',
      in: { text: '$state.text', page: '$index', i: '$iteration', more: 'pages.$item.more' },
    },
    words: { each: 'split.words', nodes: {}, out: { a: '$item', b: 'split.dpi' } },
  },
  next: { text: { first: ['better.text', 'flags.text'] } },
};
const PAGES: EachNode = {
  each: 'split.items',
  nodes: {
    scan: { step: 'scan', in: { image: '$item.image', at: '$index', lang: '$in.lang', own: 'pages.$item' } },
    easy: { step: 'plain', when: 'scan.yes', in: { dpi: { first: ['split.dpi', 'scan.dpi'] } } },
    polish: POLISH,
  },
  out: { text: 'polish.text', dpi: 'split.dpi' },
};
const REFINE: LoopNode = {
  loop: { state: { text: {} }, until: 'flags.all', max: 3 },
  in: { text: { first: ['pages.text', { value: '' }] } },
  nodes: { again: { step: 'better', in: { text: '$state.text' } } },
  next: { text: 'again.text' },
};
const DOCS: Document = frozen({
  id: 'docs',
  in: { lang: {} },
  nodes: { split: { step: 'split' }, flags: { step: 'flags' }, pages: PAGES, refine: REFINE },
  out: { text: 'refine.text' },
});

const arrows = (document: Document): string[] => edges(document).map(({ from, to }) => `${from} -> ${to}`);
const isValid = (document: Document): boolean => parseDocument(document).ok;
const nodeIn = (document: Document, id: string): DocumentNode | undefined => document.nodes?.[id];

describe('edges of eachs and loops', () => {
  test('go into the list, the state, and from outside into the body', () => {
    expect(arrows(DOCS)).toEqual([
      'split.items -> pages.items',
      '$in.lang -> pages.$body',
      'split.dpi -> pages.$body',
      'split.words -> pages.$body',
      'flags.text -> pages.$body',
      'flags.all -> pages.$body',
      'pages.text -> refine.text',
      'flags.all -> refine.$body',
      'refine.text -> $out.text',
    ]);
    expect(inEdges(DOCS, 'refine')).toEqual([
      { from: 'pages.text', to: 'refine.text' },
      { from: 'flags.all', to: 'refine.$body' },
    ]);
    expect(outEdges(DOCS, '$in')).toEqual([{ from: '$in.lang', to: 'pages.$body' }]);
    expect(outEdges(DOCS, 'pages')).toEqual([{ from: 'pages.text', to: 'refine.text' }]);
  });

  test('are none where an item is read outside of an each', () => {
    const nodes = { pages: { each: '$state.x' }, a: { step: 'a', in: { x: '$item', y: 'pages.$index' } } };
    const document: Document = { id: 'g', nodes, out: { o: '$iteration' } };
    expect(edges(document)).toEqual([]);
    expect(['pages', 'a', '$out'].flatMap(id => inEdges(document, id))).toEqual([]);
    expect(removeNode(document, 'pages').nodes).toEqual({ a: { step: 'a', in: { x: '$item' } } });
  });

  test('are not those to a node of a body that is called like one around it', () => {
    const scan = { step: 'scan' };
    const pages = { each: 'split.items', nodes: { scan }, out: { text: 'scan.text' } };
    const document: Document = { id: 'g', nodes: { split: { step: 'split' }, scan, pages } };
    expect(outEdges(document, 'scan')).toEqual([]);
    expect(removeNode(document, 'scan').nodes?.['pages']).toBe(pages);
  });
});

describe('edits of eachs and loops', () => {
  test('a removed node is no longer read by bodies, however deep', () => {
    const left = removeNode(DOCS, 'split');
    expect(isValid(left)).toBe(true);
    expect(nodeIn(left, 'pages')).toEqual({
      ...PAGES,
      each: { list: [] },
      nodes: {
        ...PAGES.nodes,
        easy: { step: 'plain', when: 'scan.yes', in: { dpi: { first: ['scan.dpi'] } } },
        polish: {
          ...POLISH,
          nodes: {
            ...POLISH.nodes,
            words: { each: { list: [] }, nodes: {}, out: { a: '$item' } },
          },
        },
      },
      out: { text: 'polish.text' },
    });
    expect(nodeIn(left, 'refine')).toBe(REFINE);
    expect((nodeIn(left, 'pages') as EachNode).nodes?.['scan']).toBe(PAGES.nodes?.['scan']);
  });

  test('a removed node takes the end of a loop along that it gave', () => {
    const left = removeNode(DOCS, 'flags');
    expect(isValid(left)).toBe(true);
    expect(nodeIn(left, 'refine')).toEqual({ ...REFINE, loop: { state: { text: {} }, max: 3 } });
    expect((nodeIn(left, 'pages') as EachNode).nodes?.['polish']).toMatchObject({
      loop: { until: { expr: 'done or all', in: { done: 'better.done' } } },
      next: { text: { first: ['better.text'] } },
    });
  });

  test('a removed each or loop takes its nodes along', () => {
    expect(arrows(removeNode(DOCS, 'pages'))).toEqual(['flags.all -> refine.$body', 'refine.text -> $out.text']);
    expect(nodeIn(removeNode(DOCS, 'pages'), 'refine')).toEqual({
      ...REFINE,
      in: { text: { first: [{ value: '' }] } },
    });
    expect(removeNode(DOCS, 'refine')).not.toHaveProperty('out.text');
  });

  test('edges to lists and states are removed and added again', () => {
    const noList = removeEdge(DOCS, 'split.items', 'pages.items');
    expect(nodeIn(noList, 'pages')).toEqual({ ...PAGES, each: { list: [] } });
    expect(isValid(noList)).toBe(true);
    expect(addEdge(noList, 'split.items', 'pages.items')).toEqual(DOCS);
    expect(addEdge(DOCS, 'split.items', 'pages.items')).toBe(DOCS);

    const { in: _, ...unfed } = REFINE;
    const noState = { ...DOCS, nodes: { ...DOCS.nodes, refine: unfed } };
    const fed = addEdge(noState, 'pages.text', 'refine.text');
    expect(nodeIn(fed, 'refine')).toEqual({ ...REFINE, in: { text: 'pages.text' } });
    expect(removeEdge(fed, 'pages.text', 'refine.text')).toEqual(noState);
  });

  test('an edge into a body is removed wherever it is read there', () => {
    const left = removeEdge(DOCS, 'split.dpi', 'pages.$body');
    expect(isValid(left)).toBe(true);
    expect(arrows(left)).toEqual(arrows(DOCS).filter(arrow => arrow !== 'split.dpi -> pages.$body'));
    expect(nodeIn(left, 'pages')).toMatchObject({ each: 'split.items', out: { text: 'polish.text' } });
    for (const from of ['scan.yes', '$item', '$index', 'pages.$item', 'split.none']) {
      expect(removeEdge(DOCS, from, 'pages.$body')).toBe(DOCS);
    }
    expect(removeEdge(DOCS, 'split.dpi', 'flags.$body')).toBe(DOCS);
    expect(removeEdge(DOCS, 'split.dpi', 'nope.$body')).toBe(DOCS);
  });

  test.each([
    ['split.x', 'pages.items', 'port_taken', '"pages.items" is fed by "split.items" already'],
    ['split.x', 'refine.text', 'port_taken', '"refine.text" is fed by'],
    ['split.x', 'pages.item', 'unknown_port', '"pages" is an each, which has the input `items` only'],
    ['split.x', 'pages.$when', 'unknown_port', '"pages" is an each, which has the input `items` only'],
    ['split.x', 'refine.$when', 'unknown_port', '"refine" is a loop, which takes no condition'],
    ['split.x', 'pages.$body', 'unknown_port', 'from around it: change its nodes with `updateNode`, got "pages.$body"'],
    ['split.x', 'flags.$body', 'unknown_port', '`$body` is no input of "flags"'],
    ['$item', 'flags.x', 'bad_reference', 'expected an edge from `node.port` or `$in.port`, got "$item"'],
    ['pages.$index', 'flags.x', 'bad_reference', 'expected an edge from'],
  ])('from %s to %s no edge can be added: %s', (from, to, code, message) => {
    expect(() => addEdge(DOCS, from, to)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
    );
  });
});
