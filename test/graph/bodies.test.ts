import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { manifestOf } from '../../src/graph/manifest.js';
import { step } from '../../src/graph/step.js';

const Day = z.codec(z.iso.date(), z.date(), { decode: s => new Date(s), encode: d => d.toISOString().slice(0, 10) });
const scan = step({ id: 'scan', in: { image: z.string() }, out: { text: z.string(), ok: z.boolean() } });
const clean = step({
  id: 'clean',
  in: { text: z.string(), round: z.int().default(0) },
  out: { text: z.string(), ok: z.boolean() },
});
const images = { images: z.array(z.string()) };
const texts = { texts: z.array(z.string()) };
const state = { text: z.string() };

describe('an each', () => {
  it('is a node with nodes of its own, an item and an index; what they use is kept with the graph', () => {
    const { document } = graph({ id: 'g', in: { ...images, lang: z.string() }, out: texts }, (g, i) => {
      const pages = g.each(i.images, { as: 'pages' }, (g, image, index) => {
        const s = g.run(scan, { image });
        const c = g.run(clean, { text: g.first(s.text, i.lang), round: index }, { when: s.ok });
        return { out: { text: g.first(c.text, s.text), image } };
      });
      return { out: { texts: pages.text } };
    });
    expect(document).toEqual({
      id: 'g',
      in: { images: { type: 'array', items: { type: 'string' } }, lang: { type: 'string' } },
      returns: { texts: { type: 'array', items: { type: 'string' } } },
      nodes: {
        pages: {
          each: '$in.images',
          nodes: {
            scan: { step: 'scan', in: { image: '$item' } },
            clean: {
              step: 'clean',
              in: { text: { first: ['scan.text', '$in.lang'] }, round: '$index' },
              when: 'scan.ok',
            },
          },
          out: { text: { first: ['clean.text', 'scan.text'] }, image: '$item' },
        },
      },
      out: { texts: 'pages.text' },
      steps: { scan: manifestOf(scan), clean: manifestOf(clean) },
    });
  });

  it('says how it goes through its items, if it is told; its list may be any form; it is labelled as other nodes are', () => {
    const { document } = graph({ id: 'g', in: { a: z.string() }, out: {} }, (g, i) => {
      const options = { as: 'pages', concurrency: 1, ordered: false, onFailure: 'stop' } as const;
      g.cluster('mill', {}, g => g.each(g.list([i.a]), options, () => ({ out: {} })));
      return { out: {} };
    });
    expect(document.nodes).toEqual({
      pages: { each: { list: ['$in.a'] }, concurrency: 1, ordered: false, onFailure: 'stop', nodes: {}, out: {} },
    });
    expect(document.clusters).toEqual({ mill: { nodes: ['pages'] } });
  });

  it('reads what is around it, and qualifies what else would mean something of its own', () => {
    const { document } = graph({ id: 'g', in: images, out: {} }, (g, i) => {
      const before = g.run(scan, { image: '' }, { as: 'before' });
      g.each(i.images, { as: 'outer' }, (g, item, index) => {
        const made = g.first(item, before.text);
        g.each(g.list([item, made]), { as: 'inner' }, (g, part) => {
          const later = g.sleep(g.first(part, item), '1s', { as: 'later' });
          return { out: { all: g.list([later, item, made, before.text]), index } };
        });
        return { out: {} };
      });
      return { out: {} };
    });
    expect(document.nodes?.['outer']).toEqual({
      each: '$in.images',
      nodes: {
        inner: {
          each: { list: ['$item', { first: ['$item', 'before.text'] }] },
          nodes: { later: { sleep: '1s', in: { value: { first: ['$item', 'outer.$item'] } } } },
          out: {
            all: { list: ['later.value', 'outer.$item', { first: ['outer.$item', 'before.text'] }, 'before.text'] },
            index: 'outer.$index',
          },
        },
      },
      out: {},
    });
  });

  it('may have the node ids of another one beside it', () => {
    const { document } = graph({ id: 'g', in: images, out: {} }, (g, i) => {
      for (const as of ['a', 'b'])
        g.each(i.images, { as }, (g, image) => ({ out: { text: g.run(scan, { image }).text } }));
      return { out: {} };
    });
    for (const id of ['a', 'b']) expect(document.nodes?.[id]).toHaveProperty('nodes.scan');
  });
});

describe('a loop', () => {
  it('has a state, first and next ones on the JSON side, and ends by a port of its body', () => {
    const { nodes } = graph({ id: 'g', in: { text: z.string() }, out: state }, (g, i) => {
      const refine = g.loop(
        {
          as: 'refine',
          state: { ...state, on: Day, note: z.string().optional(), tries: z.int().default(1) },
          init: { text: i.text, on: '2026-01-01', note: undefined },
          max: 5,
          onLimit: 'stop',
        },
        (g, { text, on }, round) => {
          const better = g.run(clean, { text, round }, { as: 'better' });
          return { next: { text: better.text, on, tries: 2 }, until: better.ok };
        },
      );
      return { out: { text: refine.text } };
    }).document;
    expect(nodes).toEqual({
      refine: {
        loop: {
          state: {
            text: { type: 'string' },
            on: expect.objectContaining({ type: 'string', format: 'date' }),
            note: { type: 'string', optional: true },
            tries: expect.objectContaining({ type: 'integer', default: 1 }),
          },
          until: 'better.ok',
          max: 5,
          onLimit: 'stop',
        },
        in: { text: '$in.text', on: { value: '2026-01-01' } },
        nodes: { better: { step: 'clean', in: { text: '$state.text', round: '$iteration' } } },
        next: { text: 'better.text', on: '$state.on', tries: { value: 2 } },
      },
    });
  });

  it('ends by text over its state, or by an expression over ports', () => {
    const { nodes } = graph({ id: 'g', in: { t: z.string() }, out: {} }, (g, i) => {
      g.loop({ as: 'a', state, init: { text: 'a' }, until: 'iteration > 3' }, (_g, { text }) => ({ next: { text } }));
      g.loop({ as: 'b', state, init: { text: 'b' } }, (g, { text }, n) => {
        const ok = g.run(scan, { image: text }).ok;
        return { next: { text }, until: { expr: 'ok and n > 1 and t != text', in: { ok, n, t: i.t, text } } };
      });
      return { out: {} };
    }).document;
    const first = (text: string) => ({ in: { text: { value: text } }, next: { text: '$state.text' } });
    const schemas = { text: { type: 'string' } };
    expect(nodes).toEqual({
      a: { loop: { state: schemas, until: { expr: 'iteration > 3' } }, nodes: {}, ...first('a') },
      b: {
        loop: {
          state: schemas,
          until: {
            expr: 'ok and n > 1 and t != text',
            in: { ok: 'scan.ok', n: '$iteration', t: '$in.t', text: '$state.text' },
          },
        },
        nodes: { scan: { step: 'scan', in: { image: '$state.text' } } },
        ...first('b'),
      },
    });
  });

  it('in each item, with an each and a loop in it, reads all that is around it', () => {
    const { nodes } = graph({ id: 'g', in: images, out: {} }, (g, i) => {
      g.each(i.images, { as: 'pages' }, (g, image) => {
        g.loop({ as: 'outer', state, init: { text: image }, max: 2 }, (g, { text }, n) => {
          g.loop({ as: 'inner', state, init: { text }, max: 2 }, (g, s, m) => {
            const all = g.list([image, text, s.text]);
            g.each(all, { as: 'parts' }, (_g, part) => ({ out: { part, image, text, of: s.text, n, m } }));
            return { next: s };
          });
          return { next: { text } };
        });
        return { out: {} };
      });
      return { out: {} };
    }).document;
    expect(nodes).toHaveProperty('pages.nodes.outer.in', { text: '$item' });
    expect(nodes).toHaveProperty('pages.nodes.outer.nodes.inner.in', { text: '$state.text' });
    expect(nodes).toHaveProperty('pages.nodes.outer.nodes.inner.next', { text: '$state.text' });
    expect(nodes).toHaveProperty('pages.nodes.outer.nodes.inner.nodes.parts', {
      each: { list: ['$item', 'outer.$state.text', '$state.text'] },
      nodes: {},
      out: {
        part: '$item',
        image: 'pages.$item',
        text: 'outer.$state.text',
        of: '$state.text',
        n: 'outer.$iteration',
        m: '$iteration',
      },
    });
  });
});

describe('addresses below an each and a loop', () => {
  const read = graph({ id: 'read', in: { image: z.string() }, out: state }, (g, i) => {
    const refine = g.loop({ as: 'refine', state, init: { text: i.image }, max: 2 }, (g, { text }) => {
      const better = g.run(clean, { text }, { as: 'better' });
      return { next: { text: better.text }, nodes: [better] };
    });
    return { out: { text: refine.text }, nodes: [refine] };
  });
  const docs = graph({ id: 'docs', in: { ...images, cover: z.string() }, out: texts }, (g, i) => {
    const a = g.each(i.images, { as: 'a' }, (g, image) => {
      const b = g.each(g.list([image]), { as: 'b' }, (g, part) => {
        const x = g.run(scan, { image: part }, { as: 'x' });
        return { out: { text: x.text }, nodes: [x] };
      });
      const hard = g.run(read, { image }, { as: 'hard' });
      return { out: { text: hard.text }, nodes: [b, hard] };
    });
    const cover = g.run(read, { image: i.cover }, { as: 'cover' });
    return { out: { texts: a.text }, nodes: [a, cover] };
  });

  it('go with one document, which has what all the bodies use', () => {
    expect(docs.document.steps).toEqual({ scan: manifestOf(scan), clean: manifestOf(clean) });
    expect(Object.keys(docs.document.graphs ?? {})).toEqual(['read']);
    expect(docs.document.graphs?.['read']).not.toHaveProperty('steps');
  });

  it.each([
    [docs.at.a.in.items, 'a/$in.items'],
    [docs.at.a.out.text, 'a.text'],
    [docs.at.a.item(3).hard.out.text, 'a[3]/hard.text'],
    [docs.at.a.item(3).hard.in.image, 'a[3]/hard/$in.image'],
    [docs.at.a.item(2).b.item(0).x.out.ok, 'a[2]/b[0]/x.ok'],
    [docs.at.a.item(2).b.in.items, 'a[2]/b/$in.items'],
    [docs.at.a.item(2).b.out.text, 'a[2]/b.text'],
    [docs.at.a.item(1).hard.refine.iteration(0).better.out.text, 'a[1]/hard/refine@0/better.text'],
    [docs.at.cover.refine.iteration(2).better.in.round, 'cover/refine@2/better/$in.round'],
    [docs.at.cover.refine.in.text, 'cover/refine/$in.text'],
    [docs.at.cover.refine.out.text, 'cover/refine.text'],
    [read.at.refine.iteration(2).better.out.text, 'refine@2/better.text'],
  ])('%j', (address, text) => {
    expect(address.text).toBe(text);
  });

  it.each([-1, 1.5, Number.NaN, '0', undefined])('are not those of number %j', n => {
    expect(() => docs.at.a.item(n as number)).toThrow(
      `each "a" has no item ${String(n)}; items are counted by whole numbers from 0`,
    );
    expect(() => docs.at.cover.refine.iteration(n as number)).toThrow(
      `loop "cover/refine" has no iteration ${String(n)}; iterations are counted`,
    );
  });

  it('say what there is, where one is asked for that is not', () => {
    const at = docs.at as unknown as { a: { hrd: unknown; out: { txt: unknown }; item(n: number): { hrd: unknown } } };
    expect(() => at.a.hrd).toThrow('each "a" has no "hrd" of its own; its nodes are below item(n)');
    expect(() => at.a.item(1).hrd).toThrow('each "a" has no node "hrd"; did you mean "hard"?');
    expect(() => at.a.out.txt).toThrow('node "a" has no output "txt"; did you mean "text"?');
    expect(() => at.a.hrd).toThrow(expect.objectContaining({ code: 'unknown_node' }));
  });
});
