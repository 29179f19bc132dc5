import { describe, expect, it } from 'vitest';
import type { Document, DocumentNode, Form } from '../../src/document/document.js';
import { check, compile } from '../../src/plan/compile.js';
import { cafe, found, nodes, rootOf, stepOf } from './kitchen.js';

const N = { type: 'number' } as const;
const MANY = 100_000;
const chain = (from: (k: number) => Form): Document =>
  nodes(
    Object.fromEntries(
      Array.from({ length: MANY }, (_, k): [string, DocumentNode] => [
        `n${k}`,
        { step: 'grind', in: { beans: from(k) } },
      ]),
    ),
  );

/** `graphs` within `graphs`, each with one node that uses the next. */
function matryoshka(depth: number): Document {
  let inner: Document = {
    id: 'g',
    in: { p: N },
    nodes: { x: { step: 'grind', in: { beans: '$in.p' } } },
    out: { p: 'x.powder' },
  };
  for (let k = 1; k < depth; k += 1) {
    inner = {
      id: 'g',
      in: { p: N },
      nodes: { x: { graph: 'g', in: { p: { first: ['$in.p', { value: k }] } }, when: { value: true } } },
      out: { p: 'x.p' },
      graphs: { g: inner },
    };
  }
  return cafe({ nodes: { x: { graph: 'g', in: { p: { value: 0 } } } }, out: { p: 'x.p' }, graphs: { g: inner } });
}

/** Every graph uses the one before twice. */
function doublings(levels: number): Document {
  const graphs: Record<string, Document> = { g0: { id: 'g0', nodes: { a: { step: 'grind' } } } };
  for (let k = 1; k < levels; k += 1) {
    graphs[`g${k}`] = { id: `g${k}`, nodes: { a: { graph: `g${k - 1}` }, b: { graph: `g${k - 1}` } } };
  }
  return cafe({ nodes: { x: { graph: `g${levels - 1}` } }, graphs });
}

describe('compile at its limits', () => {
  it('takes a chain of 100,000 nodes, also one told backwards', () => {
    const forward = rootOf(chain(k => (k === 0 ? { value: 1 } : `n${k - 1}.powder`))).root;
    expect([forward.nodes[0]?.id, forward.nodes.at(-1)?.id]).toEqual(['n0', `n${MANY - 1}`]);
    const backward = rootOf(chain(k => (k === MANY - 1 ? { value: 1 } : `n${k + 1}.powder`))).root;
    expect([backward.nodes[0]?.id, backward.nodes.at(-1)?.id]).toEqual([`n${MANY - 1}`, 'n0']);
  });

  it('names a cycle of 100,000 nodes, shortened', () => {
    const issues = check(chain(k => `n${(k + 1) % MANY}.powder`));
    expect(issues).toHaveLength(1);
    expect(issues[0]?.message).toMatch(
      /^these nodes wait for one another: n0 -> n99999 -> .* -> … 99981 more … -> .* -> n1 -> n0$/,
    );
  });

  it('reports 100,000 mistakes', () => {
    const issues = check(chain(k => `m${k}.powder`));
    expect(issues).toHaveLength(MANY);
  });

  it('takes a form that 10,000 nodes share the sources of, in a time that is their sum and not their product', () => {
    const sources = Array.from({ length: 2000 }, (_, k) => `n${k}.powder`);
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, k) => [`n${k}`, { step: 'grind' }]));
    const uses = Object.fromEntries(
      Array.from({ length: 5000 }, (_, k): [string, DocumentNode] => [
        `z${k}`,
        { step: 'grind', in: { beans: '$in.p' } },
      ]),
    );
    const inner: Document = { id: 'g', in: { p: N }, nodes: uses };
    const document = cafe({
      nodes: { ...many, x: { graph: 'g', in: { p: { first: sources } } } },
      graphs: { g: inner },
    });
    const { root } = rootOf(document);
    expect(root.forms.map(({ kind }) => kind)).toEqual(['first', 'port']);
    expect(stepOf(root, 'x/z7').in).toEqual([-2]);
  });

  it('takes graphs nested 200 deep', () => {
    const { root } = rootOf(matryoshka(200));
    expect(root.nodes).toHaveLength(1);
    expect(root.nodes[0]?.id).toBe(`${'x/'.repeat(200)}x`);
    expect(root.nodes[0]?.guards).toHaveLength(199);
  });

  it('refuses graphs nested more than 256 deep, saying so once', () => {
    const issues = check(matryoshka(400));
    expect(issues.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'too_deep: graphs nest more than 256 levels deep below this one',
    ]);
  });

  it('takes forms nested 500 deep', () => {
    let form: Form = '$in.p';
    for (let k = 0; k < 500; k += 1) form = k % 2 === 0 ? { first: [form] } : { flat: { list: [{ list: [form] }] } };
    const { root } = rootOf(
      cafe({ in: { p: {} }, steps: { any: { in: { x: {} } } }, nodes: { a: { step: 'any', in: { x: form } } } }),
    );
    expect(root.forms.length).toBeGreaterThan(500);
  });

  it('refuses a few lines that come to a million nodes, at once', () => {
    expect(found(doublings(12))).toEqual([]);
    expect(compile(doublings(12)).bodies[0]?.nodes).toHaveLength(2048);
    expect(found(doublings(60))).toEqual(['too_large /graphs/g19']);
  });
});
