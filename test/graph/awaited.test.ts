import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { awaited } from '../../src/graph/awaited.js';
import { compile } from '../../src/graph/compile.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { literal } from '../../src/value/leaf.js';

const Day = z.codec(z.iso.date(), z.date(), {
  decode: text => new Date(text),
  encode: day => day.toISOString().slice(0, 10),
});
const print = step({ id: 'print', in: { text: z.string() }, out: { pages: z.number() } });
const approve = graph(
  { id: 'approve', in: { text: awaited(z.string(), { deadline: '1h' }) }, out: { pages: z.number() } },
  (g, i) => ({ out: { pages: g.run(print, { text: i.text }).pages } }),
);
/** The message that a graph with this input is refused with. */
const refusal = (schema: z.ZodType): string => {
  try {
    graph({ id: 'g', in: { p: schema }, out: {} }, () => ({ out: {} }));
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

describe('an awaited input (I1)', () => {
  it('is marked in the document, with its deadline, and its default on the JSON side', () => {
    const { document } = graph(
      {
        id: 'g',
        in: {
          a: awaited(z.boolean()),
          b: awaited(z.string().describe('Why'), { deadline: 90_000 }),
          c: awaited(Day, { deadline: '1d', default: new Date('2026-01-02') }),
        },
        out: {},
      },
      () => ({ out: {} }),
    );
    expect(document.in).toMatchObject({
      a: { type: 'boolean', awaited: true },
      b: { type: 'string', description: 'Why', awaited: { deadline: 90_000 } },
      c: { type: 'string', format: 'date', awaited: { deadline: '1d' }, default: '2026-01-02' },
    });
    expect(compile(document).inputs.map(input => [input.awaited, input.default])).toEqual([
      [{}, undefined],
      [{ deadline: 90_000 }, undefined],
      [{ deadline: 86_400_000 }, literal('2026-01-02')],
    ]);
  });

  it('leaves the schema it was made of as it was', () => {
    const text = z.string();
    awaited(text);
    const { document } = graph({ id: 'g', in: { text }, out: {} }, () => ({ out: {} }));
    expect(document.in).toEqual({ text: { type: 'string' } });
  });

  it('may be left out where its graph is nested, and is an open port there', () => {
    const left = graph({ id: 'g', in: {}, out: {} }, g => {
      g.run(approve, {});
      return { out: {} };
    });
    expect(compile(left).open).toMatchObject([{ address: 'approve/$in.text', awaited: { deadline: 3_600_000 } }]);
    const wired = graph({ id: 'g', in: { t: z.string() }, out: {} }, (g, i) => {
      g.run(approve, { text: i.t });
      return { out: {} };
    });
    expect(compile(wired).open).toEqual([]);
  });

  it.each([
    ['a default without a deadline', awaited(z.number(), { default: 1 }), /default stands in when a deadline passes/],
    ['a default of its own without one', awaited(z.number().default(1)), /default stands in when a deadline passes/],
    ['an optional one', awaited(z.number().optional(), { deadline: 5 }), /so it is not optional/],
    ['one made optional', awaited(z.number(), { deadline: 5 }).optional(), /so it is not optional/],
    ['a deadline that is none', awaited(z.number(), { deadline: 'soon' as '1h' }), /deadline.*got .*"soon"/],
    ['a deadline of no time', awaited(z.number(), { deadline: 0 }), /expected `awaited` to be true or/],
    [
      'a part of a port',
      z.object({ a: awaited(z.number()) }),
      /input "p" at \.a: awaited\(\) is for a port as a whole/,
    ],
    ['items of a port', z.array(awaited(z.number())), /input "p" at \[\]: awaited\(\)/],
  ])('is refused with %s', (_, schema, message) => {
    expect(refusal(schema)).toMatch(message);
  });

  it('is refused anywhere but at an input of a graph', () => {
    const p = awaited(z.number());
    const message = 'only an input of a graph can be awaited';
    const bad = [
      () => step({ id: 's', in: { p }, out: {} }),
      () => step({ id: 's', in: {}, out: { p } }),
      () => step({ id: 's', in: {}, out: {}, options: { p } }),
      () => graph({ id: 'g', in: {}, out: { p } }, () => ({ out: { p: 1 } })),
      () => awaited('text' as unknown as z.ZodType),
    ];
    for (const define of bad) expect(define).toThrow(expect.objectContaining({ code: 'invalid_contract' }));
    for (const define of bad.slice(0, 4)) expect(define).toThrow(message);
  });
});

describe('g.protect', () => {
  it('marks outputs and inputs in the document, and so in the plan', () => {
    const made = graph({ id: 'g', in: { text: z.string() }, out: {} }, (g, i) => {
      const printed = g.run(print, { text: i.text });
      g.protect(printed.pages, 'never');
      g.protect(i.text, 'with-reason');
      g.protect(g.sleep(printed.pages, '1s', { as: 'later' }), 'never');
      g.protect(g.run(approve, {}).pages, 'with-reason');
      return { out: {} };
    });
    const protect = {
      'print.pages': 'never',
      '$in.text': 'with-reason',
      'later.value': 'never',
      'approve.pages': 'with-reason',
    };
    expect(made.document.protect).toEqual(protect);
    expect(compile(made).protected).toEqual(protect);
  });
});
