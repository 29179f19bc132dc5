import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import type { Ports } from '../../src/graph/ports.js';
import { step } from '../../src/graph/step.js';

const out = { text: z.string() };
const defined = (ports: Ports) => () => step({ id: 'ocr', in: ports, out });
/** What a port with this schema is refused with. */
const refusal = (schema: z.ZodType): string => {
  try {
    step({ id: 'ocr', in: { page: schema }, out });
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};
const untyped = step as unknown as (spec: object) => unknown;

describe('a contract is checked where it is defined', () => {
  it('OI-18: refuses an id that is none, quoting it', () => {
    expect(() => step({ id: 'my step', in: {}, out })).toThrow(
      /^step "my step" can't be defined: expected an id: .*, got "my step"$/,
    );
    expect(() => step({ id: 'a'.repeat(65), in: {}, out })).toThrow('expected an id');
    expect(() => step({ id: 'constructor', in: {}, out })).toThrow('"constructor" is reserved');
    expect(() => untyped({ in: {}, out })).toThrow("step undefined can't be defined: an id is text");
  });

  it('OI-18: refuses port names that are none, on every side, all at once', () => {
    const bad = () =>
      step({ id: 'ocr', in: { 'page 1': z.string() }, out: { prototype: z.string() }, options: { 'a-b': z.string() } });
    expect(bad).toThrow(expect.objectContaining({ code: 'invalid_contract' }));
    expect(bad).toThrow(
      /input "page 1": expected a port name.*\n.*output "prototype": "prototype" is reserved\n.*option "a-b": expected a port name/,
    );
    expect(defined(JSON.parse('{"__proto__": 1}') as Ports)).toThrow('input "__proto__": "__proto__" is reserved');
  });

  it('OI-18: refuses missing ports and ports that are no schemas', () => {
    expect(() => untyped({ id: 'ocr', in: {} })).toThrow('`out` must be an object of zod schemas by port name');
    expect(() => untyped({ id: 'ocr', in: { page: 'string' }, out })).toThrow(
      'input "page": expected a zod schema, such as z.string()',
    );
    expect(() => untyped({ id: 'ocr', in: [z.string()], out })).toThrow('`in` must be an object');
  });

  it('checks the ports of graphs the same way', () => {
    expect(() => graph({ id: 'g', in: { 'a b': z.string() }, out: {} }, () => ({ out: {} }))).toThrow(
      /^graph "g" can't be defined: input "a b"/,
    );
  });

  it.each([
    ['a transform', z.string().transform(text => text.length)],
    ['a preprocess', z.preprocess(String, z.string())],
    ['a transform within', z.object({ a: z.array(z.string().transform(Number)) })],
    [
      'a transform on the code side of a codec',
      z.codec(z.string(), z.string().transform(Number), { decode: s => s, encode: s => s }),
    ],
  ])('refuses %s, which works only one way, and names z.codec', (_, schema) => {
    expect(refusal(schema)).toContain('work only one way');
    expect(refusal(schema)).toContain('z.codec()');
  });

  it.each([
    ['z.date()', z.date(), 'use z.codec(z.iso.date(), z.date(), { decode, encode })'],
    ['z.map()', z.map(z.string(), z.number()), 'use z.record()'],
    ['z.set()', z.set(z.string()), 'use z.array()'],
    ['z.bigint()', z.bigint(), 'z.codec(z.string(), z.bigint()'],
    ['z.int64()', z.int64(), 'JSON has no big integers'],
    ['a bigint literal', z.literal(1n), 'JSON has no big integers'],
    ['z.custom()', z.custom<string>(), 'z.custom() and z.instanceof() have no JSON form'],
    ['z.instanceof()', z.instanceof(URL), 'z.custom() and z.instanceof() have no JSON form'],
    ['z.undefined()', z.union([z.string(), z.undefined()]), 'use .optional()'],
    ['z.void()', z.void(), 'use .optional()'],
    ['an undefined literal', z.literal([undefined, 'a']), 'use .optional()'],
    ['z.nan()', z.nan(), 'JSON has no NaN'],
    ['z.symbol()', z.symbol(), 'JSON has no symbols'],
    ['z.function()', z.function() as unknown as z.ZodType, 'JSON has no functions'],
    ['z.file()', z.file(), 'JSON has no files'],
    ['z.promise()', z.promise(z.string()), 'not promises'],
    ['z.coerce', z.coerce.number(), "z.coerce takes anything and can't be put back; use z.number()"],
  ])('refuses %s with a hint', (_, schema, hint) => {
    expect(refusal(schema)).toContain(hint);
  });

  it('says where in the schema the trouble is', () => {
    const deep = z.object({ a: z.array(z.record(z.string(), z.object({ when: z.date() }))) });
    expect(refusal(deep)).toContain('input "page" at .a[][].when: JSON has no dates');
    expect(refusal(z.tuple([z.string(), z.map(z.string(), z.string())]))).toContain('at []: JSON has no maps');
    expect(refusal(z.lazy(() => z.union([z.string(), z.bigint()]).nullable()))).toContain('JSON has no big integers');
  });

  it('refuses a default that changes from call to call', () => {
    expect(refusal(z.string().default(() => crypto.randomUUID()))).toContain('its default changes from call to call');
  });

  it('refuses a default that JSON can not carry', () => {
    expect(refusal(z.unknown().default(() => new Map()))).toContain(
      'its default does not fit it: expected JSON, got an instance of Map',
    );
  });

  it('accepts what JSON carries, codecs with anything on the code side, and schemas that contain themselves', () => {
    const Day = z.codec(z.iso.date(), z.date(), { decode: s => new Date(s), encode: d => d.toISOString() });
    const Pairs = z.codec(z.array(z.tuple([z.string(), z.number()])), z.map(z.string(), z.number()), {
      decode: pairs => new Map(pairs),
      encode: map => [...map],
    });
    const Tree: z.ZodType = z.object({
      name: z.string(),
      get below() {
        return z.array(Tree);
      },
    });
    for (const schema of [
      z.any(),
      z.unknown(),
      z.json(),
      Day,
      Pairs,
      Tree,
      z.stringbool(),
      z.string().trim(),
      z.int().catch(1),
    ]) {
      expect(refusal(schema)).toBe('accepted');
    }
  });

  it('takes a cache only for a pure step, and a time that is one', () => {
    const cached = (spec: object) => () => untyped({ id: 'ocr', in: {}, out, pure: true, ...spec });
    expect(cached({ cache: true, pure: false })).toThrow('only the results of a pure step can be cached');
    for (const cache of [false, null, 'for ever', {}, { ttl: 0 }, { ttl: '5 minutes' }]) {
      expect(cached({ cache })).toThrow(`cache: expected true or { ttl: '1h' }, got ${JSON.stringify(cache)}`);
    }
    for (const cache of [true, { ttl: '1h' }, { ttl: 5 }]) expect(cached({ cache })).not.toThrow();
  });

  it('is frozen and keeps what it was given', () => {
    const ocr = step({
      id: 'ocr',
      in: {},
      out,
      pure: true,
      version: '2',
      title: 'Read',
      retry: { attempts: 5 },
      timeout: '30s',
    });
    expect(ocr).toMatchObject({ kind: 'step', id: 'ocr', options: {}, pure: true, version: '2', title: 'Read' });
    expect(ocr).toMatchObject({ retry: { attempts: 5 }, timeout: '30s' });
    expect(Object.isFrozen(ocr)).toBe(true);
  });
});
