import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Document } from '../../src/document/document.js';
import { manifestDigest } from '../../src/document/manifest-digest.js';
import { check, compile, planHash, toMermaid } from '../../src/graph/compile.js';
import { graph } from '../../src/graph/graph.js';
import { manifestOf } from '../../src/graph/manifest.js';
import { step } from '../../src/graph/step.js';

const Day = z.codec(z.iso.date(), z.date(), {
  decode: text => new Date(text),
  encode: day => day.toISOString().slice(0, 10),
});
const split = step({ id: 'split', in: { text: z.string() }, out: { words: z.array(z.string()), long: z.boolean() } });
const count = step({
  id: 'count',
  in: { words: z.array(z.string()), since: Day.default(new Date('2026-01-01')), any: z.unknown() },
  out: { count: z.int(), note: z.string().optional() },
  options: { factor: z.number().default(2), unit: z.enum(['a', 'b']).optional() },
  retry: { attempts: 2 },
});
const inner = graph({ id: 'inner', in: { text: z.string() }, out: { count: z.int() } }, (g, i) => {
  const words = g.run(split, { text: i.text });
  const counted = g.run(count, { words: words.words, any: words.long }, { options: { unit: 'a' }, timeout: '1s' });
  return { out: { count: counted.count }, nodes: [words, counted] };
});
/** Uses every form the builder can record. */
const whole = graph(
  {
    id: 'whole',
    in: { text: z.string(), day: Day.optional() },
    out: { counts: z.array(z.int()), note: z.string().optional() },
  },
  (g, i) => {
    const words = g.run(split, { text: i.text });
    const a = g.cluster('mill', { queue: 'mill', limit: 2 }, g =>
      g.run(inner, { text: i.text }, { as: 'a', when: words.long }),
    );
    const b = g.run(inner, { text: 'b' }, { as: 'b', when: { expr: 'not long', in: { long: words.long } } });
    const c = g.run(
      count,
      { words: g.flat(g.list([words.words, words.words])), since: i.day },
      { onFailure: 'skip', limit: 1 },
    );
    const d = g.run(count, { words: ['x'] }, { as: 'd', onFailure: { fallback: { count: 0 } } });
    const later = g.sleep(g.first(a.count, b.count, 0), '10ms', { as: 'later' });
    return { out: { counts: g.list([later, c.count, d.count]), note: c.note }, nodes: [a, b] };
  },
);

describe('a typed graph', () => {
  it('compiles, whatever of the builder it uses', () => {
    expect(check(whole)).toEqual([]);
    const plan = compile(whole);
    expect(plan.bodies[0]?.nodes.map(node => node.id).toSorted()).toEqual([
      'a/count',
      'a/split',
      'b/count',
      'b/split',
      'count',
      'd',
      'later',
      'split',
    ]);
    expect(plan.open).toEqual([]);
  });

  it('OI-06: gives the plan that its document gives, also after a trip through JSON', () => {
    const read = JSON.parse(JSON.stringify(whole.document)) as Document;
    expect(compile(whole)).toEqual(compile(read));
    expect(planHash(whole)).toBe(planHash(compile(read)));
    expect(planHash(whole.document)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives a plan whose contracts have the digests a worker computes from its own', () => {
    const digests = Object.fromEntries(compile(whole).contracts.map(({ step, digest }) => [step, digest]));
    expect(digests).toEqual({ split: manifestDigest(manifestOf(split)), count: manifestDigest(manifestOf(count)) });
  });

  it('is drawn as its document is', () => {
    expect(toMermaid(whole)).toBe(toMermaid(whole.document));
    expect(toMermaid(whole)).toContain('later');
  });

  it('whose ports do not fit at run time is refused by compile, with the address', () => {
    const loose = step({ id: 'loose', in: {}, out: { words: z.array(z.string()) as unknown as z.ZodNumber } });
    const strict = step({ id: 'strict', in: { n: z.number() }, out: {} });
    const bad = graph({ id: 'bad', in: {}, out: {} }, g => {
      g.run(strict, { n: g.run(loose, {}).words });
      return { out: {} };
    });
    expect(check(bad)).toMatchObject([{ code: 'type_mismatch', path: '/nodes/strict/in/n' }]);
    expect(() => compile(bad)).toThrow('bad');
  });
});
