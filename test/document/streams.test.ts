import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/value/json.js';
import type { Document } from '../../src/document/document.js';
import { addEdge, removeEdge, removeNode } from '../../src/document/edit.js';
import { edges } from '../../src/document/edges.js';
import { formatIssues } from '../../src/document/issue.js';
import { toMermaid } from '../../src/document/mermaid.js';
import { parseDocument } from '../../src/document/parse.js';
import { toJson, toYaml } from '../../src/document/yaml.js';
import { frozen } from './frozen.js';

const DOCS: Document = frozen({
  id: 'docs',
  nodes: {
    split: { step: 'split' },
    pages: { each: 'split.items', buffer: 4, nodes: { scan: { step: 'scan', in: { image: '$item.image' } } } },
    all: { collect: 'split.items', partial: true },
    join: { step: 'join', in: { images: 'all.image' } },
  },
  steps: { split: { yields: { image: { type: 'string' } } } },
});
const arrows = (document: Document): string[] => edges(document).map(({ from, to }) => `${from} -> ${to}`);
const isValid = (document: Document): boolean => parseDocument(document).ok;

describe('a document with a stream', () => {
  test.each([
    ['YAML', toYaml],
    ['JSON', toJson],
  ])('reads from %s as it was', (_, write) => {
    expect(parseDocument(write(DOCS))).toEqual({ ok: true, document: DOCS });
  });

  test.each<[string, Json, string]>([
    ['no buffer', { each: 'a.items', buffer: 0 }, 'wrong_type  /nodes/n/buffer  expected a whole number from 1'],
    ['what is collected', { collect: 'a' }, 'bad_reference  /nodes/n/collect  expected a reference'],
    ['what is collected as text', { collect: 5 }, 'wrong_type  /nodes/n/collect'],
    ['half a part', { collect: 'a.items', partial: 'yes' }, 'wrong_type  /nodes/n/partial  expected true or false'],
    [
      'nodes of a collect',
      { collect: 'a.items', nodes: {} },
      'unsupported_option  /nodes/n/nodes  a collect takes no `nodes`',
    ],
    [
      'a buffer of a collect',
      { collect: 'a.items', buffer: 3 },
      'unsupported_option  /nodes/n/buffer  a collect takes no `buffer`',
    ],
    [
      'part of an each',
      { each: 'a.items', partial: true },
      'unsupported_option  /nodes/n/partial  an each takes no `partial`',
    ],
    ['a collect that is an each', { collect: 'a.items', each: 'a.items' }, 'ambiguous  /nodes/n'],
  ])('may not have %s', (_, node, expected) => {
    const result = parseDocument({ id: 'g', nodes: { n: node } });
    expect(result.ok ? '' : formatIssues(result.issues)).toContain(expected);
  });

  test('may not have yields that are no schemas', () => {
    const result = parseDocument({ id: 'g', steps: { split: { yields: { image: 'string', 'a-b': {} } } } });
    expect(result.ok ? [] : result.issues.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'bad_schema /steps/split/yields/image',
      'bad_id /steps/split/yields/a-b',
    ]);
  });
});

describe('edges of a stream', () => {
  test('go into eaches and collects as into lists', () => {
    expect(arrows(DOCS)).toEqual([
      'split.items -> pages.items',
      'split.items -> all.items',
      'all.image -> join.images',
    ]);
  });

  test('are removed and added again', () => {
    const apart = removeEdge(DOCS, 'split.items', 'all.items');
    expect(apart.nodes?.['all']).toEqual({ collect: { list: [] }, partial: true });
    expect([isValid(apart), arrows(apart).length]).toEqual([true, 2]);
    expect(addEdge(apart, 'split.items', 'all.items')).toEqual(DOCS);
    expect(() => addEdge(DOCS, 'other.items', 'all.items')).toThrow('"all.items" is fed by "split.items" already');
    expect(() => addEdge(DOCS, 'other.items', 'all.image')).toThrow(
      '"all" is a collect, which has the input `items` only',
    );
  });

  test('go with a stream that is removed', () => {
    const left = removeNode(DOCS, 'split');
    expect(isValid(left)).toBe(true);
    expect(arrows(left)).toEqual(['all.image -> join.images']);
    expect(left.nodes).toMatchObject({ pages: { each: { list: [] } }, all: { collect: { list: [] } } });
    expect(removeNode(DOCS, 'all').nodes?.['join']).toEqual({ step: 'join' });
  });
});

test('a flowchart shows a collect as a box, and an each over a stream as over a list', () => {
  expect(toMermaid(DOCS)).toBe(
    `
flowchart TD
  n_split["split"]
  subgraph n_pages["pages<br/>each"]
    in_pages_items(["items"])
    n_pages_scan["scan"]
    in_pages_items -->|"$item.image → image"| n_pages_scan
  end
  n_all["all<br/>collect"]
  n_join["join"]
  n_split --> in_pages_items
  n_split --> n_all
  n_all -->|"image → images"| n_join
`.trimStart(),
  );
});
