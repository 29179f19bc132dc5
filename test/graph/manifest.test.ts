import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { manifestDigest } from '../../src/document/manifest-digest.js';
import { manifestOf } from '../../src/graph/manifest.js';
import type { Ports } from '../../src/graph/ports.js';
import { step } from '../../src/graph/step.js';

const Day = z.codec(z.iso.date(), z.date(), {
  decode: text => new Date(text),
  encode: day => day.toISOString().slice(0, 10),
});
const schemaOf = (schema: z.ZodType) => manifestOf(step({ id: 's', in: { port: schema }, out: {} })).in?.['port'];

describe('a manifest', () => {
  it('holds the JSON side of every port, without $schema', () => {
    expect(schemaOf(z.object({ pages: z.int().min(1), tags: z.array(z.string()).optional() }))).toEqual({
      type: 'object',
      properties: {
        pages: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['pages'],
    });
    expect(schemaOf(Day)).toMatchObject({ type: 'string', format: 'date' });
    expect(schemaOf(z.stringbool())).toEqual({ type: 'string' });
  });

  it('marks ports that may be left out without a default as optional', () => {
    expect(schemaOf(z.string().optional())).toEqual({ type: 'string', optional: true });
    expect(schemaOf(z.unknown())).toEqual({ optional: true });
    expect(schemaOf(z.unknown().nonoptional())).toEqual({});
    expect(schemaOf(z.string().nullable())).not.toHaveProperty('optional');
  });

  it('gives defaults on the JSON side', () => {
    expect(schemaOf(z.string().default('en'))).toEqual({ type: 'string', default: 'en' });
    expect(schemaOf(z.string().default('en').optional())).toEqual({ type: 'string', default: 'en' });
    expect(schemaOf(Day.default(new Date('2026-02-03')))).toMatchObject({ type: 'string', default: '2026-02-03' });
    expect(schemaOf(Day.prefault('2026-02-03'))).toMatchObject({ type: 'string', default: '2026-02-03' });
    expect(schemaOf(z.null().default(null))).toEqual({ type: 'null', default: null });
  });

  it('holds policies, title, purity and version as they were given, and is made once per contract', () => {
    const ocr = step({
      id: 'ocr',
      in: {},
      out: { text: z.string() },
      options: { dpi: z.number().default(300) },
      pure: true,
      version: '3',
      title: 'Read',
      retry: { attempts: 5 },
      timeout: '30s',
      deadline: 1000,
      heartbeat: false,
    });
    expect(manifestOf(ocr)).toEqual({
      in: {},
      out: { text: { type: 'string' } },
      options: { dpi: { type: 'number', default: 300 } },
      pure: true,
      version: '3',
      title: 'Read',
      retry: { attempts: 5 },
      timeout: '30s',
      deadline: 1000,
      heartbeat: false,
    });
    expect(manifestOf(ocr)).toBe(manifestOf(ocr));
  });
});

describe('the digest of a manifest', () => {
  const digest = (spec: { in?: Ports; version?: string; title?: string; timeout?: number; pure?: boolean }) =>
    manifestDigest(manifestOf(step({ id: 's', in: {}, out: {}, ...spec })));

  it('is 16 hex and depends on ports, options, purity and version only', () => {
    const base = digest({ in: { a: z.string() } });
    expect(base).toMatch(/^[0-9a-f]{16}$/);
    expect(digest({ in: { a: z.string() }, title: 'x', timeout: 5 })).toBe(base);
    expect(digest({ in: { a: z.string() }, pure: false })).toBe(base);
    const others = [
      { in: { a: z.number() } },
      { in: { b: z.string() } },
      { in: { a: z.string() }, version: '1' },
      { in: { a: z.string() }, pure: true },
    ];
    expect(new Set([base, ...others.map(digest)]).size).toBe(5);
  });

  it('is the same for a manifest that went through JSON, whatever its key order, with empty tables left out', () => {
    const manifest = manifestOf(step({ id: 's', in: { b: z.string(), a: Day.optional() }, out: {} }));
    const read = JSON.parse(
      JSON.stringify({ in: Object.fromEntries(Object.entries(manifest.in ?? {}).toReversed()) }),
    ) as typeof manifest;
    expect(manifestDigest(read)).toBe(manifestDigest(manifest));
  });

  it('says how results are cached, which makes it no other contract', () => {
    const spec = { id: 's', in: {}, out: {}, pure: true, version: '1' } as const;
    const cached = step({ ...spec, cache: { ttl: '1h' } });
    expect(manifestOf(cached).cache).toEqual({ ttl: '1h' });
    expect(manifestDigest(manifestOf(cached))).toBe(manifestDigest(manifestOf(step(spec))));
  });
});
