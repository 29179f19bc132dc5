import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../src/document/document.js';
import { edges } from '../../src/document/edges.js';
import { toMermaid } from '../../src/document/mermaid.js';
import { documents } from './arbitrary.js';

const ID = '(?:in|out|n|c)_\\w+';
const LABEL = '"[^"<>`#]*(?:(?:#\\d+;|<br/>)[^"<>`#]*)*"';
const NODE = new RegExp(`^(${ID})(?:\\[${LABEL}\\]|\\[\\[${LABEL}\\]\\]|\\(\\[${LABEL}\\]\\)|\\{\\{${LABEL}\\}\\})$`);
const BOX = new RegExp(`^subgraph (${ID})\\[${LABEL}\\]$`);
const ARROW = new RegExp(`^(${ID}) (?:-->|-\\.->)(?:\\|${LABEL}\\|)? (${ID})$`);

/**
 * Reads the part of Mermaid that is written, so that what is no such text fails. Mermaid draws what a box names inside of it,
 * so an arrow has to stand where both its ends are: there or further in.
 */
function read(mermaid: string): { readonly things: string[]; readonly arrows: (readonly [string, string])[] } {
  const [head, ...lines] = mermaid
    .trimEnd()
    .split('\n')
    .map(line => line.trim());
  expect(head).toBe('flowchart TD');
  const things: string[] = [];
  const arrows: (readonly [string, string])[] = [];
  const open: string[] = [];
  const boxes = new Map<string, readonly string[]>();
  const astray: string[] = [];
  let closed = 0;
  for (const line of lines) {
    const thing = (NODE.exec(line) ?? BOX.exec(line))?.[1];
    const arrow = ARROW.exec(line);
    if (thing !== undefined) {
      things.push(thing);
      boxes.set(thing, [...open]);
    }
    if (BOX.test(line)) open.push(thing ?? '');
    else if (line === 'end') closed += open.pop() === undefined ? 0 : 1;
    else if (arrow !== null) {
      const ends = [arrow[1] ?? '', arrow[2] ?? ''] as const;
      arrows.push(ends);
      if (!ends.every(end => open.every((box, level) => boxes.get(end)?.[level] === box))) astray.push(line);
    } else if (thing === undefined) throw new Error(`no line of a flowchart: ${line}`);
  }
  expect(open).toEqual([]);
  expect(closed).toBe(lines.filter(line => line === 'end').length);
  expect(astray).toEqual([]);
  return { things, arrows };
}

const READ: Document = {
  id: 'read',
  in: { image: {} },
  nodes: { ocr: { step: 'ocr', in: { image: '$in.image' } } },
  out: { text: 'ocr.text' },
};

describe('a Mermaid flowchart', () => {
  test('draws inputs, nodes, clusters, nested graphs, outputs and edges', () => {
    const document: Document = {
      id: 'docs',
      in: { pdf: {} },
      nodes: {
        split: { step: 'splitter', in: { pdf: '$in.pdf' } },
        hard: { graph: 'read', when: 'split.yes', in: { image: 'split.image' } },
        easy: { step: 'plain', when: { expr: 'not yes', in: { yes: 'split.yes' } }, in: { scan: 'split.image' } },
        pause: { sleep: '5m', in: { value: 'easy.text' } },
        far: { graph: 'elsewhere' },
      },
      out: { text: { first: ['hard.text', 'pause.value'] } },
      clusters: { mill: { nodes: ['split'], queue: 'mill' } },
      graphs: { read: READ },
    };
    expect(toMermaid(document)).toBe(
      `
flowchart TD
  in_pdf(["pdf"])
  subgraph c_mill["mill"]
    n_split["split<br/>splitter"]
  end
  subgraph n_hard["hard<br/>read"]
    in_hard_image(["image"])
    n_hard_ocr["ocr"]
    out_hard_text(["text"])
    in_hard_image --> n_hard_ocr
    n_hard_ocr --> out_hard_text
  end
  n_easy["easy<br/>plain"]
  n_pause{{"pause<br/>sleep 5m"}}
  n_far[["far<br/>elsewhere"]]
  out_text(["text"])
  in_pdf --> n_split
  n_split --> in_hard_image
  n_split -.->|"when"| n_hard
  n_split -->|"image → scan"| n_easy
  n_split -.->|"when not yes"| n_easy
  n_easy -->|"text → value"| n_pause
  out_hard_text --> out_text
  n_pause -->|"value → text"| out_text
`.trimStart(),
    );
  });

  test('of no nodes is a flowchart, too', () => {
    expect(toMermaid({ id: 'empty' })).toBe('flowchart TD\n');
  });

  test('keeps words and signs of Mermaid and of HTML out of ids and labels', () => {
    const document: Document = {
      id: 'g',
      nodes: {
        end: { step: 'a-b' },
        'a-b': {
          step: 'x',
          when: { expr: '"`<b>` & #1; [x](y) {z} |p| %% style: x <br/> direction TB" == s\n', in: { s: 'end.x' } },
        },
        a_b: { step: 'x' },
        'a-': { step: 'x' },
      },
      clusters: { 'a-b': { nodes: ['end'] } },
    };
    const { things, arrows } = read(toMermaid(document));
    expect(new Set(things).size).toBe(5);
    expect(things).toEqual(['c_a_b', 'n_end', 'n_a_b', 'n_a_b_2', 'n_a_']);
    expect(arrows).toEqual([['n_end', 'n_a_b']]);
    expect(toMermaid(document)).not.toMatch(/direction TB|style:/);
    expect(toMermaid(document)).toContain(
      'when #34;#96;#60;b#62;#96; #38; #35;1#59; #91;x#93;(y) #123;z#125; #124;p#124; #37;#37;',
    );
  });

  test('draws a nested graph as one box below the depth asked for, and where it would contain itself', () => {
    const nodes = { again: { graph: 'g' }, other: { graph: 'h' } } as const;
    const h: Document = { id: 'h', nodes };
    const endless: Document = { id: 'g', nodes, graphs: { g: { id: 'g', nodes }, h } };
    const { things } = read(toMermaid(endless, { depth: 50 }));
    expect(things).toContain('n_again_other_again');
    expect(things.length).toBeLessThan(30);

    const document: Document = { id: 'g', nodes: { n: { graph: 'read' } }, graphs: { read: READ } };
    expect(toMermaid(document, { depth: 0 })).toBe('flowchart TD\n  n_n[["n<br/>read"]]\n');
  });

  test('draws eachs and loops around their nodes, with their lists and states', () => {
    const text = { type: 'string' } as const;
    const document: Document = {
      id: 'docs',
      in: { lang: {} },
      nodes: {
        split: { step: 'split' },
        pages: {
          each: 'split.pages',
          nodes: {
            hard: { graph: 'read', in: { image: '$item.image' } },
            polish: {
              loop: { state: { text }, until: { expr: 'good' }, max: 5 },
              in: { text: 'hard.text' },
              nodes: {
                better: {
                  step: 'clean',
                  in: { text: '$state.text', page: '$index', i: '$iteration', lang: '$in.lang', dpi: 'split.dpi' },
                },
              },
              next: { text: 'better.text' },
            },
          },
          out: { text: 'polish.text' },
        },
        again: {
          loop: { state: { text }, max: 3 },
          in: { text: { first: ['pages.text'] } },
          nodes: { better: { step: 'better', in: { text: 'again.$state.text', lang: '$in.lang' } } },
          next: { text: 'better.text' },
        },
      },
      out: { text: 'again.text' },
      graphs: { read: READ },
    };
    expect(toMermaid(document, { depth: 2 })).toBe(
      `
flowchart TD
  in_lang(["lang"])
  n_split["split"]
  subgraph n_pages["pages<br/>each"]
    in_pages_items(["items"])
    subgraph n_pages_hard["hard<br/>read"]
      in_pages_hard_image(["image"])
      n_pages_hard_ocr["ocr"]
      out_pages_hard_text(["text"])
      in_pages_hard_image --> n_pages_hard_ocr
      n_pages_hard_ocr --> out_pages_hard_text
    end
    subgraph n_pages_polish["polish<br/>loop until good, max 5"]
      in_pages_polish_text(["text"])
      in_pages_polish_iteration(["$iteration"])
      n_pages_polish_better["better<br/>clean"]
      out_pages_polish_text(["text"])
      in_pages_polish_text --> n_pages_polish_better
      in_pages_polish_iteration -->|"$iteration → i"| n_pages_polish_better
      n_pages_polish_better --> out_pages_polish_text
      out_pages_polish_text -.->|"again"| in_pages_polish_text
    end
    out_pages_text(["text"])
    in_pages_items -->|"$index → page"| n_pages_polish_better
    in_pages_items -->|"$item.image → image"| in_pages_hard_image
    out_pages_hard_text --> in_pages_polish_text
    out_pages_polish_text --> out_pages_text
  end
  subgraph n_again["again<br/>loop max 3"]
    in_again_text(["text"])
    n_again_better["better"]
    out_again_text(["text"])
    in_again_text --> n_again_better
    n_again_better --> out_again_text
    out_again_text -.->|"again"| in_again_text
  end
  out_text(["text"])
  in_lang --> n_pages_polish_better
  n_split --> n_pages_polish_better
  in_lang --> n_again_better
  n_split -->|"pages → items"| in_pages_items
  out_pages_text --> in_again_text
  out_again_text --> out_text
`.trimStart(),
    );
    const boxes = toMermaid(document, { depth: 0 });
    expect(boxes).toContain('n_pages[["pages<br/>each"]]');
    expect(boxes).toContain('n_again[["again<br/>loop max 3"]]');
    expect(boxes).toContain('in_lang -->|"lang"| n_pages');
    expect(toMermaid(document, { depth: 1 })).toContain('in_pages_items -->|"$index"| n_pages_polish');
  });

  test('has no arrow for what can only be read in an each or a loop', () => {
    const nodes = { pages: { each: { list: [] }, nodes: {} }, a: { step: 'a', in: { x: '$item', y: 'pages.$index' } } };
    expect(read(toMermaid({ id: 'g', nodes })).arrows).toEqual([]);
  });

  test('of any document has each node and edge once, between things that are drawn', () => {
    fc.assert(
      fc.property(documents(), document => {
        const { things, arrows } = read(toMermaid(document));
        expect(new Set(things).size).toBe(things.length);
        const drawn = new Set(things);
        expect(arrows.flat().filter(id => !drawn.has(id))).toEqual([]);
        const outermost = read(toMermaid(document, { depth: 0 }));
        expect(outermost.arrows).toHaveLength(edges(document).length);
        const { in: inputs = {}, out = {}, nodes = {}, clusters = {} } = document;
        const count = [inputs, out, nodes, clusters].reduce((sum, each) => sum + Object.keys(each).length, 0);
        expect(outermost.things).toHaveLength(count);
      }),
      { numRuns: 60 },
    );
  });
});
